import { Ajv, type AnySchema } from 'ajv';
import { ConfigurationError } from '../errors.ts';
import type { Guardrail } from './guardrail.ts';
import { type SchemaGuardrailOptions, schemaGuardrail } from './schema.ts';

/** A JSON schema that a text must fit. */
export interface JsonSchemaGuardrailOptions extends Omit<SchemaGuardrailOptions, 'schema'> {
  /** Draft 7, as ajv reads it; compiled once. */
  readonly schema: AnySchema;
}

/**
 * Reads a text as JSON and holds it to a JSON schema. Needs `ajv`. Patterns in a schema are ajv's to run: take schemas from your own code only.
 * @throws {ConfigurationError} GUARDRAIL_OPTIONS where the schema is none
 */
export function jsonSchemaGuardrail(options: JsonSchemaGuardrailOptions): Guardrail {
  const { name = 'json_schema', schema, ...rest } = options;
  try {
    const fits = new Ajv({ strict: true, allErrors: false }).compile(schema);
    return schemaGuardrail({ ...rest, name, schema: (value) => fits(value) === true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError('GUARDRAIL_OPTIONS', `${name}.schema`, why, { cause: error });
  }
}
