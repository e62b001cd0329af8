import {
  type CedarValueJson,
  type DetailedError,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { StepContext } from '../contract/step-context.ts';
import { ConfigurationError, SdkError } from '../errors.ts';
import type { PolicyDecision, PolicyEngine } from '../policy/engine.ts';
import { STEP_SCHEMA } from './schema.ts';

/** A policy in Cedar. */
export interface CedarOptions {
  /** Name of the policy; it stands in the record. */
  readonly id: string;
  /** Version of the policy; it stands in the record. */
  readonly version: string;
  /** Policies by name. The name of the one that decides stands in the record. */
  readonly policies: Readonly<Record<string, string>>;
  /** Decisions that are remembered. Default 10,000. */
  readonly cacheSize?: number;
}

/** What Cedar is asked. Replayed as it stands. */
interface CedarRequest {
  readonly principal: string;
  readonly scopes: readonly string[];
  readonly tool: string | undefined;
  readonly facts: Readonly<Record<string, CedarValueJson>>;
}

const NONE: readonly string[] = [];
let engines = 0;

/**
 * Makes a policy engine of Cedar policies, which are checked against `STEP_SCHEMA` first. What no policy permits is denied, and so is a step for
 * which a policy can't be evaluated. A decision depends on the request alone and is remembered by it. Needs the package
 * `@cedar-policy/cedar-wasm`.
 *
 * @example
 * const policy = cedarPolicy({
 *   id: 'support',
 *   version: '7',
 *   policies: { 'read-only': 'permit (principal, action, resource) when { context.risk_tier <= 2 };' },
 * });
 * @throws {ConfigurationError} POLICY_CEDAR when a policy can't be parsed or does not fit the schema
 */
export function cedarPolicy(options: CedarOptions): PolicyEngine & { replay(request: string): PolicyDecision } {
  engines += 1;
  const name = `spanledger-${engines}`;
  const { id, version, policies, cacheSize = 10_000 } = options;
  const set = { staticPolicies: { ...policies } };
  refuse(preparseSchema(name, STEP_SCHEMA));
  refuse(preparsePolicySet(name, set));
  const checked = validate({ schema: STEP_SCHEMA, policies: set });
  if (checked.type === 'failure') refuse(checked);
  else refuseErrors(checked.validationErrors.map(({ policyId, error }) => `${policyId}: ${error.message}`));
  const cache = new Map<string, PolicyDecision>();

  return {
    id,
    version,
    decide(step: StepContext): PolicyDecision {
      const request = JSON.stringify(requestOf(step));
      const known = cache.get(request);
      if (known !== undefined) return known;
      const decision = ask(name, request);
      if (cache.size >= cacheSize) {
        const [oldest] = cache.keys();
        if (oldest !== undefined) cache.delete(oldest);
      }
      cache.set(request, decision);
      return decision;
    },
    replay: (request) => ask(name, request),
  };
}

function requestOf(step: StepContext): CedarRequest {
  const { facts, input, node, identity, run } = step;
  return {
    principal: identity?.subject ?? node.agent ?? node.id,
    scopes: identity?.scopes ?? NONE,
    tool: input.tool?.name,
    facts: {
      attempt: step.attempt,
      delegation: [...(identity?.delegation ?? NONE)],
      edge_from: [...(input.from ?? NONE)],
      node: node.id,
      node_kind: node.kind ?? (input.tool === undefined ? 'native' : 'tool'),
      risk_tier: facts.riskTier,
      sensitive_kinds: [...facts.sensitiveKinds],
      taint_labels: [...facts.taintLabels],
      tenant: step.tenant ?? '',
      visit: step.visit,
      workflow: run.workflow ?? '',
    },
  };
}

function ask(name: string, text: string): PolicyDecision {
  const request = read(text);
  const tenant = request.facts['tenant'] ?? '';
  const principal = { type: 'Agent', id: request.principal };
  const answer = statefulIsAuthorized({
    principal,
    action: { type: 'Action', id: request.tool === undefined ? 'execute' : 'call_tool' },
    resource:
      request.tool === undefined
        ? { type: 'Node', id: String(request.facts['node']) }
        : { type: 'Tool', id: request.tool },
    context: { ...request.facts },
    preparsedSchemaName: name,
    validateRequest: true,
    preparsedPolicySetId: name,
    entities: [{ uid: principal, attrs: { scopes: [...request.scopes], tenant }, parents: [] }],
  });
  if (answer.type === 'failure')
    throw new SdkError('POLICY_REQUEST', `Cedar refused the request: ${wordsOf(answer.errors)}`);
  const { decision, diagnostics } = answer.response;
  const shared = { noted: NONE, isAlert: false, request: text };
  const [failed] = diagnostics.errors;
  // A policy that can't be evaluated may have been one that forbids.
  if (failed !== undefined) return { action: 'deny', rule: failed.policyId, reason: 'policy_error', ...shared };
  const [rule] = diagnostics.reason;
  if (decision === 'allow') return { action: 'allow', rule, reason: 'allowed_by_rule', ...shared };
  return { action: 'deny', rule, reason: rule === undefined ? 'no_rule' : 'denied_by_rule', ...shared };
}

function read(text: string): CedarRequest {
  try {
    return JSON.parse(text) as CedarRequest;
  } catch (error) {
    throw new SdkError('POLICY_REQUEST', 'the request can not be replayed: it is no JSON', { cause: error });
  }
}

function refuse(answer: { readonly type: string; readonly errors?: readonly DetailedError[] }): void {
  if (answer.type === 'failure') refuseErrors((answer.errors ?? []).map((error) => error.message));
}

function refuseErrors(messages: readonly string[]): void {
  if (messages.length > 0) throw new ConfigurationError('POLICY_CEDAR', 'policy', messages.join('; '));
}

function wordsOf(errors: readonly DetailedError[]): string {
  return errors.map((error) => error.message).join('; ');
}
