/**
 * Names of the attributes that no OpenTelemetry convention has. What a convention has (`gen_ai.*`, `user.id`, `session.id`,
 * `error.type`) is used under its own name. The same names stand on the wire, in SQL (with `_` for `.`) and in the docs.
 */

/** Identifier of the run, a string. Without it a record belongs to the run named by its trace id. */
export const ATTR_RUN_ID = 'spanledger.run.id';
/** Identifier of the run that started this one, a string. */
export const ATTR_RUN_PARENT_ID = 'spanledger.run.parent_id';
/** How a run ended, on the event `spanledger.run.ended`: `completed`, `failed` or `cancelled`. */
export const ATTR_RUN_STATUS = 'spanledger.run.status';
/** Name of the place in the run's graph, a string. */
export const ATTR_NODE_ID = 'spanledger.node.id';
/** What the node is: `native`, `model`, `tool`, `agent`, `workflow`, `mcp`, `human`, `http`, `subgraph`, or the framework's name. */
export const ATTR_NODE_KIND = 'spanledger.node.kind';
/** Identifier of the step, a string; with the attempt it names one governed execution. Child spans of the step carry it too. */
export const ATTR_STEP_ID = 'spanledger.step.id';
/** Position of the step in its run, an int from 0. */
export const ATTR_STEP_INDEX = 'spanledger.step.index';
/** Retry of the step, an int from 1. Default 1. */
export const ATTR_STEP_ATTEMPT = 'spanledger.step.attempt';
/** How often the node was met in this run, an int from 1. Default 1. */
export const ATTR_STEP_VISIT = 'spanledger.step.visit';
/** `commit`, `reject` or `escalate`. A span that has it is the outcome of its step. */
export const ATTR_VERDICT = 'spanledger.verdict';
/** Status of the step: `completed`, `failed`, `blocked`, `paused`, `skipped` or `cancelled`. */
export const ATTR_STATUS = 'spanledger.status';
/** Name of the check that blocked the step. */
export const ATTR_BLOCK_CHECK = 'spanledger.block.check';
/** Why the step was blocked, in words. */
export const ATTR_BLOCK_REASON = 'spanledger.block.reason';
/** Name of the rule that blocked the step. */
export const ATTR_BLOCK_RULE = 'spanledger.block.rule';
/** Names of the checks, in order, a string array. `checks.outcome` runs parallel to it. */
export const ATTR_CHECKS_NAME = 'spanledger.checks.name';
/** Outcome of each check: `pass`, `warn`, `deny`, `escalate`, `skip` or `error`. */
export const ATTR_CHECKS_OUTCOME = 'spanledger.checks.outcome';
/** Reason code of each check, a string array; those of passed and skipped checks may be left out, all of them. */
export const ATTR_CHECKS_REASON = 'spanledger.checks.reason';
/** Duration of each check in microseconds, an int array; those of passed and skipped checks may be left out, all of them. */
export const ATTR_CHECKS_DURATION_US = 'spanledger.checks.duration_us';
/** Who acted, a string. */
export const ATTR_IDENTITY_SUBJECT = 'spanledger.identity.subject';
/** How the subject was proven, a string such as `jwt`. */
export const ATTR_IDENTITY_METHOD = 'spanledger.identity.method';
/** On whose behalf, from the acting party outwards, a string array. */
export const ATTR_IDENTITY_DELEGATION = 'spanledger.identity.delegation';
/** Whether a human let the step go on, a boolean. */
export const ATTR_APPROVAL_APPROVED = 'spanledger.approval.approved';
/** Human who decided, a string. */
export const ATTR_APPROVAL_BY = 'spanledger.approval.by';
/** Why the human decided so, a string. */
export const ATTR_APPROVAL_REASON = 'spanledger.approval.reason';
/** When the human decided, milliseconds since 1970, an integer. */
export const ATTR_APPROVAL_TIME_MS = 'spanledger.approval.time_ms';
/** Tenant that the emitter believes it belongs to, a string. The tenant of the key stands above it. */
export const ATTR_TENANT_ID = 'spanledger.tenant.id';
/** Identifier of the policy that decided, a string. */
export const ATTR_POLICY_ID = 'spanledger.policy.id';
/** Version of the policy that decided, a string. */
export const ATTR_POLICY_VERSION = 'spanledger.policy.version';
/** Rule of the policy that decided, where one did; a string. */
export const ATTR_POLICY_RULE = 'spanledger.policy.rule';
/** What the policy was asked, as JSON without content of the step: enough to decide again. On the decision record. */
export const ATTR_POLICY_REQUEST = 'spanledger.policy.request';
/** Budget in force, USD. */
export const ATTR_BUDGET_LIMIT_USD = 'spanledger.budget.limit_usd';
/** Spent of the budget after the step, USD. */
export const ATTR_BUDGET_SPENT_USD = 'spanledger.budget.spent_usd';
/** Left of the budget after the step, USD. */
export const ATTR_BUDGET_REMAINING_USD = 'spanledger.budget.remaining_usd';
/** Risk tier, an int from 1 (read only) to 4 (irreversible). */
export const ATTR_RISK_TIER = 'spanledger.risk.tier';
/** Taint labels that reached the step, a string array. */
export const ATTR_TAINT_LABELS = 'spanledger.taint.labels';
/** Kinds of sensitive text that were found in the input, a string array. */
export const ATTR_SENSITIVE_KINDS = 'spanledger.sensitive.kinds';
/** Name of the compliance profile in force. */
export const ATTR_COMPLIANCE_PROFILE = 'spanledger.compliance.profile';
/** Confidence of the output, a double from 0 to 1. */
export const ATTR_CONFIDENCE = 'spanledger.confidence';
/** Cost of the step or call, USD. */
export const ATTR_COST_USD = 'spanledger.cost.usd';
/** Who computed the cost: `provider`, `sdk` or `collector`. */
export const ATTR_COST_SOURCE = 'spanledger.cost.source';
/** Carbon of the step or call, grams of CO2 equivalent. */
export const ATTR_CARBON_GCO2E = 'spanledger.carbon.gco2e';
/** Method and factor version that gave the carbon figure. */
export const ATTR_CARBON_METHOD = 'spanledger.carbon.method';
/** Service level target for the step's duration, milliseconds. */
export const ATTR_SLA_TARGET_MS = 'spanledger.sla.target_ms';
/** Whether the target was met, a boolean. */
export const ATTR_SLA_MET = 'spanledger.sla.met';
/** What the step was given. Kept in the content table, by digest. */
export const ATTR_INPUT = 'spanledger.input';
/** What the step gave back. Kept in the content table, by digest. */
export const ATTR_OUTPUT = 'spanledger.output';
/** Digest of the input where the emitter keeps the input to itself, 64 hex digits. */
export const ATTR_INPUT_DIGEST = 'spanledger.input.digest';
/** Digest of the output where the emitter keeps the output to itself, 64 hex digits. */
export const ATTR_OUTPUT_DIGEST = 'spanledger.output.digest';
/** The workflow's state after the step. Kept in the content table, by digest. */
export const ATTR_STATE = 'spanledger.state';
/** Nodes from which the step was reached, a string array. */
export const ATTR_EDGE_FROM = 'spanledger.edge.from';
/** Outcome of the nodes in `spanledger.edge.from` by which the step was reached, for example `ok`; a string. */
export const ATTR_EDGE_OUTCOME = 'spanledger.edge.outcome';
/** Whether a span's usage is its `own` or the `total` of what is below it. */
export const ATTR_USAGE_SCOPE = 'spanledger.usage.scope';
/** Unique name of an event, a string. The same id again is the same event. */
export const ATTR_EVENT_ID = 'spanledger.event.id';
/** Why an event was emitted: a reason code, with details after a colon. */
export const ATTR_EVENT_REASON = 'spanledger.event.reason';
/** Name of the process that numbers its records, a string. */
export const ATTR_CHAIN_PRODUCER = 'spanledger.chain.producer';
/** Gap-free number of the record within its run and producer, an int from 1. */
export const ATTR_CHAIN_SEQ = 'spanledger.chain.seq';
/** The app's sampler in its own words, on the resource: with a share below 1, spans that are not governed are left out. */
export const ATTR_SAMPLER = 'spanledger.sampler';
/** Spans that a process dropped since it last said so, an int, on the event `spanledger.telemetry.dropped`. */
export const ATTR_TELEMETRY_DROPPED_SPANS = 'spanledger.telemetry.dropped_spans';
/** Log records that a process dropped since it last said so, an int, on the event `spanledger.telemetry.dropped`. */
export const ATTR_TELEMETRY_DROPPED_LOG_RECORDS = 'spanledger.telemetry.dropped_log_records';
