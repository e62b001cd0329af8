import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { calcPrice, findProvider, type ModelInfo, waitForUpdate } from '@pydantic/genai-prices';
import { type Rate, ratesOf } from './rates.ts';

/** A row of the price list. */
export interface ListedPrice extends Rate {
  readonly provider: string;
  readonly model: string;
  /** From 1: of a model's rows the first that fits counts. */
  readonly position: number;
}

/** A model by its names in the list. */
export interface ListedModel {
  readonly provider: string;
  readonly model: string;
}

/** A version of the price list. */
export interface PriceList {
  /** For example `genai-prices 0.1.8`. */
  readonly version: string;
  readonly rows: readonly ListedPrice[];
  /** Finds the model that spans call so, if the list knows it. */
  find(provider: string, model: string): ListedModel | undefined;
}

/** Names of OpenTelemetry's conventions that the list does not know, or takes for another, with its own. */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['azure.ai.openai', 'azure'],
  ['azure.ai.inference', 'azure'],
  ['gcp.gen_ai', 'google'],
  ['x_ai', 'x-ai'],
]);

/** Reads the price list of the installed package; nothing is fetched. */
export async function readPriceList(): Promise<PriceList> {
  const providers = (await waitForUpdate()) ?? [];
  const names = new Map<ModelInfo, ListedModel>();
  const rows: ListedPrice[] = [];
  for (const provider of providers) {
    for (const model of provider.models) {
      const name = { provider: provider.id, model: model.id };
      names.set(model, name);
      ratesOf(model).forEach((rate, index) => {
        rows.push({ ...name, position: index + 1, ...rate });
      });
    }
  }
  return { version: await packageVersion(), rows, find: (provider, model) => find(names, provider, model) };
}

/** A provider that the list does not know may run any model at any price: then the model's name alone says nothing. */
function find(names: ReadonlyMap<ModelInfo, ListedModel>, provider: string, model: string): ListedModel | undefined {
  const providerId = PROVIDERS.get(provider.toLowerCase()) ?? provider;
  if (providerId !== '' && findProvider({ providerId }) === undefined) return undefined;
  const found = calcPrice({}, model, providerId === '' ? {} : { providerId });
  return found === null ? undefined : names.get(found.model);
}

async function packageVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@pydantic/genai-prices');
  const text = await readFile(path.join(path.dirname(entry), '../package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return `genai-prices ${version}`;
}
