import type { Engine } from '../engine/engine-contract.ts';
import { MOST_PARAMETER_BYTES, parameterBytes } from '../engine/parameter-size.ts';
import { awaitReplicas } from '../engine/replica-watch.ts';
import type { ModelName } from './model-name.ts';
import type { PriceList } from './price-list.ts';

// One row a name and version that has none: what a version once said of a name stands.
const NAME_INSERT = `INSERT INTO model_prices (tenant, price_version, provider, model, listed_provider, listed_model, active_from, rates)
  SELECT n.tenant, v.price_version, n.provider, n.model, n.listed_provider, n.listed_model, v.active_from,
    -- Prices of calls and searches alone are no price of tokens.
    if(p.priced, p.rates, [])
  FROM input('tenant String, provider String, model String, listed_provider String, listed_model String') AS n
  CROSS JOIN (SELECT price_version, active_from FROM price_versions FINAL) AS v
  LEFT JOIN (
    SELECT price_version, provider, model,
      countIf(input_usd IS NOT NULL OR output_usd IS NOT NULL) > 0 AS priced,
      arrayMap(row -> row.2, arraySort(row -> row.1, groupArray((position, tuple(
        starts_at, daily_from, daily_until, input_tokens_from, input_usd, ifNull(cache_read_usd, input_usd),
        ifNull(cache_write_usd, input_usd), output_usd, ifNull(reasoning_usd, output_usd), ifNull(request_usd, 0)
      ))))) AS rates
    FROM prices FINAL
    GROUP BY price_version, provider, model
  ) AS p ON p.price_version = v.price_version AND p.provider = n.listed_provider AND p.model = n.listed_model
  WHERE (v.price_version, n.tenant, n.provider, n.model) NOT IN (SELECT price_version, tenant, provider, model FROM model_prices)
  FORMAT JSONEachRow`;

const IN_NAMES =
  '(tenant, provider, model) IN (SELECT arrayJoin(arrayZip({tenants:Array(String)}, {providers:Array(String)}, {models:Array(String)})))';

const LOOKUP_INSERT = `INSERT INTO price_lookup
  SELECT concat(tenant, '\\n', provider, '\\n', model) AS name,
    arraySort(one -> one.1, groupArray((active_from, price_version, rates))) AS offers
  FROM model_prices FINAL WHERE ${IN_NAMES}
  GROUP BY tenant, provider, model
  HAVING arrayExists(offer -> notEmpty(offer.3), offers)`;

/** Tables that names and their prices are read from. */
export const PRICE_TABLES: readonly string[] = ['prices', 'price_versions', 'model_prices'];

/** Names written at once. */
const NAMES_AT_ONCE = 200;

/** Writes what each loaded version says of the names; what stands is left alone. */
export async function writeNames(engine: Engine, list: PriceList, names: readonly ModelName[]): Promise<void> {
  for (const some of chunksOf(names)) {
    await engine.insert(NAME_INSERT, Buffer.from(some.map((name) => rowOf(list, name)).join('\n')), {
      async_insert: '0',
      join_use_nulls: '0',
    });
    await awaitReplicas(engine, PRICE_TABLES);
    await engine.client.command({
      query: LOOKUP_INSERT,
      query_params: nameLists(some),
      use_multipart_params: true,
    });
  }
}

function rowOf(list: PriceList, { tenant, provider, model }: ModelName): string {
  const listed = list.find(provider, model) ?? { provider: '', model: '' };
  return JSON.stringify({ tenant, provider, model, listed_provider: listed.provider, listed_model: listed.model });
}

/** How many names of a tenant stand in the database, and how many of them no version of the list knows. */
export interface NameCounts {
  readonly all: number;
  readonly unlisted: number;
}

/** Counts the names of the tenants that have any. */
export async function countNames({ client }: Engine): Promise<Map<string, NameCounts>> {
  const result = await client.query({
    query: `SELECT tenant, toUInt32(count()) AS all, toUInt32(countIf(NOT listed)) AS unlisted
      FROM (SELECT tenant, max(listed_model != '') AS listed FROM model_prices GROUP BY tenant, provider, model)
      GROUP BY tenant`,
    format: 'JSONEachRow',
  });
  const rows = await result.json<NameCounts & { tenant: string }>();
  return new Map(rows.map(({ tenant, ...counts }) => [tenant, counts]));
}

/** Those of the names that have a price in some version. */
export async function readPriced({ client }: Engine, names: readonly ModelName[]): Promise<ModelName[]> {
  const priced: ModelName[] = [];
  for (const some of chunksOf(names)) {
    const result = await client.query({
      query: `SELECT DISTINCT tenant, provider, model FROM model_prices FINAL WHERE notEmpty(rates) AND ${IN_NAMES}`,
      query_params: nameLists(some),
      use_multipart_params: true,
      format: 'JSONEachRow',
    });
    priced.push(...(await result.json<ModelName>()));
  }
  return priced;
}

/** Those of the names that the table in memory does not hold: it is empty after each start of the engine. */
export async function readLost({ client }: Engine, names: readonly ModelName[]): Promise<ModelName[]> {
  const lost: ModelName[] = [];
  for (const some of chunksOf(names)) {
    const result = await client.query({
      query: `SELECT name.1 AS tenant, name.2 AS provider, name.3 AS model
        FROM (SELECT arrayJoin(arrayZip({tenants:Array(String)}, {providers:Array(String)}, {models:Array(String)})) AS name)
        WHERE empty(joinGet('price_lookup', 'offers', concat(tenant, '\\n', provider, '\\n', model)))`,
      query_params: nameLists(some),
      use_multipart_params: true,
      format: 'JSONEachRow',
    });
    lost.push(...(await result.json<ModelName>()));
  }
  return lost;
}

/** Parts of the names whose lists are each short enough for a parameter of a query. */
function* chunksOf(names: readonly ModelName[]): Generator<readonly ModelName[]> {
  let some: ModelName[] = [];
  let bytes = 0;
  for (const name of names) {
    const size = Math.max(...[name.tenant, name.provider, name.model].map(parameterBytes));
    if (some.length > 0 && (some.length === NAMES_AT_ONCE || bytes + size > MOST_PARAMETER_BYTES)) {
      yield some;
      some = [];
      bytes = 0;
    }
    some.push(name);
    bytes += size;
  }
  if (some.length > 0) yield some;
}

/** Parameters of `IN_NAMES`. */
function nameLists(names: readonly ModelName[]): Record<'tenants' | 'providers' | 'models', string[]> {
  return {
    tenants: names.map((name) => name.tenant),
    providers: names.map((name) => name.provider),
    models: names.map((name) => name.model),
  };
}
