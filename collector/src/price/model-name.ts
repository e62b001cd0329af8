/** A model as spans name it. */
export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

/** A model's name as text, for maps. */
export function nameText({ provider, model }: ModelName): string {
  return JSON.stringify([provider, model]);
}
