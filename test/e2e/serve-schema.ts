/** A JSON schema as `/openapi.json` writes it, as far as the answers need. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
}

/** Says where a value is not what the schema documents; a field that is not documented counts too. */
export function differences(
  value: unknown,
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  at = '$',
): string[] {
  if (schema.$ref !== undefined) {
    const named = schemas[schema.$ref.slice('#/components/schemas/'.length)];
    return named === undefined ? [`${at}: ${schema.$ref} leads nowhere`] : differences(value, named, schemas, at);
  }
  if (schema.anyOf !== undefined) {
    const found = schema.anyOf.map((option) => differences(value, option, schemas, at));
    return found.some((problems) => problems.length === 0) ? [] : found.flat();
  }
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOf(value, type)))
    return [`${at}: ${JSON.stringify(value)} is no ${types}`];
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return [`${at}: ${JSON.stringify(value)} is not listed`];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => differences(item, schema.items ?? {}, schemas, `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [];
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name}: missing`);
  const rest = schema.additionalProperties;
  const inside = Object.entries(value).flatMap(([name, field]) => {
    const documented = schema.properties?.[name] ?? (typeof rest === 'object' ? rest : undefined);
    return documented === undefined
      ? [`${at}.${name}: not documented`]
      : differences(field, documented, schemas, `${at}.${name}`);
  });
  return [...missing, ...inside];
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
