/** Where a text comes from. */
export interface TextSource {
  readonly direction: 'input' | 'output' | 'tool_arguments' | 'tool_result' | 'error';
  readonly node: string;
  readonly tool?: string | undefined;
  /** Cost that the step expects or has had, US dollars. */
  readonly costUsd?: number | undefined;
}

/** What a stack of guardrails says of a text. */
export interface TextVerdict {
  readonly outcome: 'pass' | 'warn' | 'deny';
  /** Reason code, for example `injection` or `within_limits`. */
  readonly reason: string;
  /** Name of the guardrail that decided. */
  readonly rule?: string | undefined;
  /** The text that goes on; the same string when nothing was changed. */
  readonly text: string;
}

/** A stack of guardrails, as the checks `input_guardrail` and `output_guardrail` ask it. */
export interface TextInspector {
  inspect(text: string, source: TextSource): TextVerdict | Promise<TextVerdict>;
}

/** One place of a text that is sensitive. Positions are UTF-16 code units, `end` excluded. */
export interface SensitiveMatch {
  /** For example `EMAIL`, `CREDIT_CARD`, `AWS_ACCESS_KEY`. */
  readonly kind: string;
  readonly category: 'pii' | 'phi' | 'credential';
  readonly start: number;
  readonly end: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/** Finds and masks sensitive text, as the check `sensitive_data` asks it. */
export interface SensitiveScanner {
  /** Matches that do not overlap, in order of their start; the same empty array when there are none. */
  scan(text: string): readonly SensitiveMatch[];
  /** The text with each match replaced by its category's mask. */
  mask(text: string, matches: readonly SensitiveMatch[]): string;
  /** A copy of a value with all sensitive text masked, for values that a mask in their JSON would break, such as numbers. */
  maskValue?(value: unknown): unknown;
}
