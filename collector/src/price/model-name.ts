/** A model as spans of a tenant name it. */
export interface ModelName {
  readonly tenant: string;
  readonly provider: string;
  readonly model: string;
}

/** A model's name as text, for maps. */
export function nameText({ tenant, provider, model }: ModelName): string {
  return JSON.stringify([tenant, provider, model]);
}
