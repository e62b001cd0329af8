/** What a framework asks of every step. Data: a profile of your own is an object like these. */
export interface ComplianceProfile {
  /** Name in lower case; it stands in the record. */
  readonly name: string;
  /** Least confidence of an output that states one, 0 to 1. */
  readonly minConfidence: number;
  /** How long records are to be kept, days. The runtime refuses to start where it is told that the collector keeps them for less. */
  readonly retentionDays: number;
  /** Whether sensitive text must be masked: the runtime refuses to start without `sensitiveData`. */
  readonly masksSensitiveData: boolean;
  /** Most that a run may cost, US dollars. */
  readonly usdPerRun: number;
  /** Least tier at which a human must approve. */
  readonly approvalTier?: 1 | 2 | 3 | 4;
  /** Longest task, UTF-16 units. */
  readonly maxInputLength?: number;
  /** Most entries of the context. */
  readonly maxContextKeys?: number;
  /** Most steps in a row of one node. */
  readonly maxConsecutiveSteps?: number;
  /** Words or phrases that a task must not hold, in lower case, found as whole words. */
  readonly forbiddenPhrases?: readonly string[];
  /** Nodes that may run. Default all. */
  readonly approvedNodes?: readonly string[];
  /** Names of the framework's controls by what they ask. They are the rule of a denial. */
  readonly controls?: Readonly<Record<string, string>>;
}
