import { type Engine, type EngineLog, silentLog } from '../engine/engine-contract.ts';
import { awaitReplicas } from '../engine/replica-watch.ts';
import { withTableLock } from '../engine/table-lock.ts';
import { loadPriceList, PRICE_LOCK } from './load-list.ts';
import { type ModelName, nameText } from './model-name.ts';
import { type PriceList, readPriceList } from './price-list.ts';
import { countNames, type NameCounts, PRICE_TABLES, readLost, readPriced, writeNames } from './write-names.ts';

/** A model call that has tokens and no cost. */
export interface UnpricedCall extends ModelName {
  /** When the call's record arrived, milliseconds since 1970. */
  readonly receivedAt: number;
}

/** Longest name of a model or provider that is looked up, characters. */
const LONGEST_NAME = 256;
/** Most names that are kept of a tenant: whoever sends may invent any number of them. */
const MOST_NAMES = 10_000;
/** Most of those that the list may not know, so that invented ones leave room for the others. */
const MOST_UNLISTED = 5000;
const NEVER = Number.NEGATIVE_INFINITY;

/** Brings the price list of this code into the database, and opens it. */
export async function openPriceBook(engine: Engine, log: EngineLog): Promise<PriceBook> {
  const list = await readPriceList();
  await loadPriceList(engine, list);
  return new PriceBook(engine, list, log);
}

/** Finds the prices of models when their names are first seen. */
export class PriceBook {
  readonly #engine: Engine;
  readonly #list: PriceList;
  readonly #log: EngineLog;
  /** By name: until when calls may have arrived before the price stood; `NEVER` where there is no price. */
  readonly #met = new Map<string, number>();

  constructor(engine: Engine, list: PriceList, log: EngineLog = silentLog) {
    this.#engine = engine;
    this.#list = list;
    this.#log = log;
  }

  /**
   * Looks up the models of calls that have no cost. Each name is looked up once, and again when the engine has lost its price.
   *
   * @returns true where some of the calls have a price after all and must be derived again
   */
  async meet(calls: readonly UnpricedCall[]): Promise<boolean> {
    const fresh = new Map(calls.map((call) => [nameText(call), call]));
    const priceless = [...fresh.values()].filter((call) => (this.#met.get(nameText(call)) ?? NEVER) !== NEVER);
    for (const lost of await readLost(this.#engine, priceless)) this.#met.delete(nameText(lost));
    for (const text of fresh.keys()) if (this.#met.has(text)) fresh.delete(text);
    if (fresh.size > 0) {
      const priced = new Set((await this.#lookUp([...fresh.values()])).map(nameText));
      // Calls that arrived until now may have been written without the price.
      const until = Math.max(Date.now(), ...[...fresh.values()].map((call) => call.receivedAt));
      if (this.#met.size > 2 * MOST_NAMES) this.#met.clear();
      for (const text of fresh.keys()) this.#met.set(text, priced.has(text) ? until : NEVER);
    }
    return calls.some((call) => call.receivedAt <= (this.#met.get(nameText(call)) ?? NEVER));
  }

  /** Writes what the price list says of the names; gives those that have a price in some version. */
  #lookUp(names: readonly ModelName[]): Promise<ModelName[]> {
    const short = names.filter(({ provider, model }) => Math.max(provider.length, model.length) <= LONGEST_NAME);
    return withTableLock(this.#engine, PRICE_LOCK, async () => {
      await awaitReplicas(this.#engine, PRICE_TABLES);
      await writeNames(this.#engine, this.#list, this.#withinLimits(short, await countNames(this.#engine)));
      return readPriced(this.#engine, short);
    });
  }

  #withinLimits(names: readonly ModelName[], standing: ReadonlyMap<string, NameCounts>): ModelName[] {
    const counts = new Map(standing);
    const full = new Set<string>();
    const kept = names.filter(({ tenant, provider, model }) => {
      const { all, unlisted } = counts.get(tenant) ?? { all: 0, unlisted: 0 };
      const isListed = this.#list.find(provider, model) !== undefined;
      if (all >= MOST_NAMES || (!isListed && unlisted >= MOST_UNLISTED)) {
        full.add(tenant);
        return false;
      }
      counts.set(tenant, { all: all + 1, unlisted: unlisted + (isListed ? 0 : 1) });
      return true;
    });
    for (const tenant of full) {
      this.#log('warn', 'too many names of models: some are not looked up', { code: 'MODEL_NAMES_FULL', tenant });
    }
    return kept;
  }
}
