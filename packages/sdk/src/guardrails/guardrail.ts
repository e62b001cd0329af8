import type { TextSource } from '../contract/text-inspector.ts';

/** What happens where a guardrail finds something: the text is withheld, let through with a note, or changed. */
export type GuardrailAction = 'block' | 'warn' | 'modify';

/** What a guardrail found. */
export interface GuardrailFinding {
  /** Stable code in lower case, for example `too_long`. */
  readonly reason: string;
  /** The text without what was found; what `modify` goes on with. Without it the text is blocked. */
  readonly text?: string | undefined;
  /** What to do with this one. Default the guardrail's. */
  readonly action?: GuardrailAction | undefined;
  /** What happened in words, without the text. */
  readonly detail?: string | undefined;
}

/** Looks at a text. One of your own is an object like this; what it throws blocks. */
export interface Guardrail {
  /** It stands in the record as the rule that decided. */
  readonly name: string;
  /** Default `block`. */
  readonly action?: GuardrailAction | undefined;
  /** Gives what is wrong with the text, or nothing. */
  inspect(text: string, source: TextSource): GuardrailFinding | undefined | Promise<GuardrailFinding | undefined>;
}

/** What one guardrail of a stack did. */
export interface GuardrailResult {
  readonly guardrail: string;
  readonly passed: boolean;
  /** `none` where it passed. */
  readonly action: GuardrailAction | 'none';
  readonly reason: string;
  readonly detail?: string | undefined;
}

/** What a stack made of a text. */
export interface StackReport {
  /** No guardrail found anything. */
  readonly allPassed: boolean;
  readonly blocked: boolean;
  readonly finalText: string;
  /** In order; in strict mode up to the first that blocked. */
  readonly results: readonly GuardrailResult[];
}
