/**
 * What an attribute can mean to the collector. Each target is a column `t_<target>` of the ingest table: the text of the best
 * placed attribute that a record carries, empty where it carries none.
 */
export const TARGETS = [
  'run_id',
  'run_parent_id',
  'run_status',
  'node_id',
  'node_kind',
  'step_id',
  'step_index',
  'step_attempt',
  'step_visit',
  'verdict',
  'status',
  'block_check',
  'block_reason',
  'block_rule',
  'checks_name',
  'checks_outcome',
  'checks_reason',
  'checks_duration_us',
  'identity_subject',
  'identity_method',
  'tenant_claim',
  'policy_id',
  'policy_version',
  'budget_limit_usd',
  'budget_spent_usd',
  'budget_remaining_usd',
  'risk_tier',
  'taint_labels',
  'compliance_profile',
  'confidence',
  'cost_usd',
  'input_cost_usd',
  'output_cost_usd',
  'cost_details',
  'cost_currency',
  'cost_source',
  'carbon_gco2e',
  'carbon_method',
  'sla_target_ms',
  'sla_met',
  'input',
  'output',
  'input_digest',
  'output_digest',
  'state',
  'edge_from',
  'edge_outcome',
  'usage_scope',
  'event_id',
  'event_name',
  'chain_producer',
  'chain_seq',
  'operation',
  'operation_kind',
  'entity_name',
  'function_id',
  'mcp_method',
  'agent_name',
  'agent_id',
  'workflow_name',
  'request_model',
  'response_model',
  'other_model',
  'response_id',
  'provider',
  'server_address',
  'tool_name',
  'tool_call_id',
  'conversation_id',
  'user',
  'error_type',
  'error_level',
  'error_message',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'usage_details',
  'provider_metadata',
  'finish_reason',
  'first_chunk_seconds',
  'first_chunk_ms',
  'evaluation',
  'service_name',
] as const;

/** Name of a target. */
export type Target = (typeof TARGETS)[number];

/** One row of a dialect table. */
export interface DialectRule {
  /** Attribute key, exact. */
  readonly key: string;
  /** Column that the attribute fills; none for an attribute that is only content. */
  readonly target?: Target;
  /** True where the value is personal content, which the ledger keeps by digest. */
  readonly content?: true;
}

/** Keys of messages that are written out one attribute a field, as `llm.input_messages.0.message.content`. All are personal content. */
export interface MessageRule {
  readonly prefix: string;
  readonly suffix: string;
  /** None for what is only content. */
  readonly target?: Target;
}

/** A versioned table of one vocabulary. */
export interface Dialect {
  readonly name: string;
  /** Source of the names and its version or date. */
  readonly source: string;
  /** Rules in order of precedence: for one target the first rule whose key is present wins. */
  readonly rules: readonly DialectRule[];
  /** Key prefixes whose values are personal content. */
  readonly contentPrefixes?: readonly string[];
  /** Key prefixes whose values are personal content where a digit follows, as in `gen_ai.prompt.0.content`. */
  readonly contentIndexedPrefixes?: readonly string[];
  /** Keys whose values are personal content where they stand in a span event, as the `content` of a message's event. */
  readonly contentInEvents?: readonly string[];
  /** Messages written out one attribute a field: of the keys `<prefix><number><suffix>` the last to stand in a record fills the target. */
  readonly messages?: readonly MessageRule[];
}
