import { ConfigurationError } from '../errors.ts';
import type { Guardrail, GuardrailAction } from './guardrail.ts';

/** A schema with `safeParse`, as zod's have it. */
export interface ParsingSchema {
  safeParse(value: unknown): { readonly success: boolean };
}

/** A schema that a text, read as JSON, must fit. */
export interface SchemaGuardrailOptions {
  /** Default `schema`. */
  readonly name?: string;
  /** `block` or `warn`. Default `block`. */
  readonly action?: Exclude<GuardrailAction, 'modify'>;
  /** A schema of zod, or a function that says whether a value fits. */
  readonly schema: ParsingSchema | ((value: unknown) => boolean);
  /** Longest text that is read, UTF-16 units; a longer one is blocked. Default 1,000,000. */
  readonly maxLength?: number;
}

/** Reads a text as JSON and holds it to a schema. @throws {ConfigurationError} GUARDRAIL_OPTIONS */
export function schemaGuardrail(options: SchemaGuardrailOptions): Guardrail {
  const { name = 'schema', action = 'block', schema, maxLength = 1_000_000 } = options;
  const fits =
    typeof schema === 'function' ? schema : (value: unknown): boolean => schema.safeParse(value).success === true;
  if (typeof schema !== 'function' && typeof schema?.safeParse !== 'function') {
    throw new ConfigurationError('GUARDRAIL_OPTIONS', `${name}.schema`, 'it is no function and has no `safeParse`');
  }
  return {
    name,
    action,
    inspect(text) {
      if (text.length > maxLength)
        return { reason: 'too_long', action: 'block', detail: `${text.length} > ${maxLength}` };
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        return { reason: 'not_json' };
      }
      return fits(value) ? undefined : { reason: 'schema_mismatch' };
    },
  };
}
