/** How a condition compares. Each goes with values of its own kind: a number is never compared with a text. */
export type Operator = 'eq' | 'neq' | 'in' | 'not_in' | 'gt' | 'gte' | 'lt' | 'lte' | 'contains' | 'exists';

/** A value of a condition. */
export type RuleValue = string | number | boolean | readonly (string | number | boolean)[];

/** One condition of a rule. */
export interface RuleCondition {
  /**
   * What is compared: one of the fields of `POLICY_FIELDS`, or `context.<path>`, `metadata.<path>` or `tool.arguments.<path>` with
   * dots between names.
   */
  readonly field: string;
  readonly operator: Operator;
  /** For `exists`, whether it must: default true. */
  readonly value?: RuleValue;
}

/** What a rule does. `log` notes it, `alert` notes it as a warning; both let other rules decide. */
export type RuleAction = 'allow' | 'deny' | 'escalate' | 'log' | 'alert';

/** One rule. It applies when all its conditions hold; without conditions always. */
export interface PolicyRule {
  /** Unique name; it stands in the record. */
  readonly name: string;
  readonly action: RuleAction;
  readonly conditions?: readonly RuleCondition[];
  /** Rules of higher priority are looked at first. A deny wins whatever its priority. Default 0. */
  readonly priority?: number;
  readonly description?: string;
  /** Applies only under a compliance profile or framework of this name. Default: always. */
  readonly framework?: string;
  /** Default true. */
  readonly enabled?: boolean;
}

/** A policy as rules. */
export interface PolicyDefinition {
  /** Name of the policy; it stands in the record. */
  readonly id: string;
  /** Version of the policy; it stands in the record. */
  readonly version: string;
  readonly rules: readonly PolicyRule[];
  /** What happens when no rule allows or denies. Default `allow`. */
  readonly otherwise?: 'allow' | 'deny';
}
