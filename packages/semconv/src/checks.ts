/** The fifteen checks that a governed step passes, in the order in which they run. */
export const CHECKS = [
  'identity',
  'tenant',
  'rate_limit',
  'budget',
  'policy',
  'compliance',
  'input_guardrail',
  'sensitive_data',
  'risk',
  'taint',
  'tool_permission',
  'execution',
  'output_guardrail',
  'audit',
  'sla',
] as const;

/** Name of a check. */
export type Check = (typeof CHECKS)[number];

/** What a check can say. */
export type CheckOutcome = 'pass' | 'warn' | 'deny' | 'escalate' | 'skip' | 'error';

/** What the governed step came to. */
export type Verdict = 'commit' | 'reject' | 'escalate';

/** Status of a step as the views show it. */
export type StepStatus = 'completed' | 'failed' | 'blocked' | 'paused' | 'skipped' | 'cancelled' | 'running' | 'lost';

/** Status of a run as the views show it. */
export type RunStatus = 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
