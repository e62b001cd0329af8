import { ConfigurationError } from '../errors.ts';
import type { Guardrail, GuardrailAction } from './guardrail.ts';

/** Bounds of a text's length. */
export interface LengthGuardrailOptions {
  /** Default `length`. */
  readonly name?: string;
  /** Default `block`. `modify` cuts the end off. */
  readonly action?: GuardrailAction;
  /** UTF-16 units, whitespace at both ends not counted. Default 0. */
  readonly min?: number;
  /** UTF-16 units. */
  readonly max?: number;
}

/** Looks at how long a text is. @throws {ConfigurationError} GUARDRAIL_OPTIONS */
export function lengthGuardrail(options: LengthGuardrailOptions): Guardrail {
  const { name = 'length', action = 'block', min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  if (!(Number.isInteger(min) && Number.isInteger(max) && min >= 0 && min <= max)) {
    throw new ConfigurationError('GUARDRAIL_OPTIONS', name, `min ${min} and max ${max} are no whole numbers in order`);
  }
  return {
    name,
    action,
    inspect(text) {
      if (text.length > max) return { reason: 'too_long', text: cut(text, max), detail: `${text.length} > ${max}` };
      if (text.length < min || text.trim().length < min) return { reason: 'too_short', detail: `less than ${min}` };
      return undefined;
    },
  };
}

function cut(text: string, max: number): string {
  const last = text.charCodeAt(max - 1);
  // Half a pair would be no text.
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
