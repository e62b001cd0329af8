import { ConfigurationError } from '../errors.ts';
import { plainTextOf } from '../text/plain-text.ts';
import type { Guardrail, GuardrailAction } from './guardrail.ts';
import { linearPattern } from './linear-pattern.ts';

/** A pattern that a text must or must not hold. */
export interface PatternGuardrailOptions {
  /** Default `pattern`. */
  readonly name?: string;
  /** Default `block`. `modify` replaces what is forbidden. */
  readonly action?: GuardrailAction;
  /** What the text must not hold. Every repeat in it needs an upper bound. A text is read with the flags `iu`. */
  readonly forbid?: RegExp | string;
  /** What the text must hold. */
  readonly require?: RegExp | string;
  /** Longest text that is looked at, UTF-16 units; a longer one is blocked. Default 1,000,000. */
  readonly maxLength?: number;
  /** What stands for what was taken out. Default `[REMOVED]`. */
  readonly replacement?: string;
}

/** Looks for a pattern in a text, as it is and as it looks. @throws {ConfigurationError} GUARDRAIL_OPTIONS, GUARDRAIL_PATTERN */
export function patternGuardrail(options: PatternGuardrailOptions): Guardrail {
  const { name = 'pattern', action = 'block', maxLength = 1_000_000, replacement = '[REMOVED]' } = options;
  if (options.forbid === undefined && options.require === undefined) {
    throw new ConfigurationError('GUARDRAIL_OPTIONS', name, 'give `forbid` or `require`');
  }
  const forbid = options.forbid === undefined ? undefined : linearPattern(options.forbid, `${name}.forbid`);
  const required = options.require === undefined ? undefined : linearPattern(options.require, `${name}.require`);
  if (action === 'modify' && forbid === undefined) {
    throw new ConfigurationError(
      'GUARDRAIL_OPTIONS',
      name,
      'what is missing can not be put in: `modify` needs `forbid`',
    );
  }
  return {
    name,
    action,
    inspect(text) {
      if (text.length > maxLength)
        return { reason: 'too_long', action: 'block', detail: `${text.length} > ${maxLength}` };
      if (required !== undefined && text.search(required) === -1)
        return { reason: 'pattern_missing', action: asked(action) };
      if (forbid === undefined) return undefined;
      if (text.search(forbid) !== -1)
        return { reason: 'pattern_forbidden', text: text.replace(forbid, () => replacement) };
      const plain = plainTextOf(text);
      // It stands there in other letters, which can not be cut out letter by letter.
      if (plain === undefined || plain.text.search(forbid) === -1) return undefined;
      return { reason: 'pattern_forbidden', text: plain.text.replace(forbid, () => replacement) };
    },
  };
}

function asked(action: GuardrailAction): GuardrailAction {
  return action === 'modify' ? 'block' : action;
}
