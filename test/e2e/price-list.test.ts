import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { INSERT_SETTINGS } from '../../collector/src/append/insert-queries.ts';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { loadPriceList } from '../../collector/src/price/load-list.ts';
import { type PriceList, readPriceList } from '../../collector/src/price/price-list.ts';
import { writeNames } from '../../collector/src/price/write-names.ts';
import { SQL_DIRECTORY } from '../../collector/src/tenant-tables.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

// The price that the collector computes in SQL is the price that the list's own library computes, for every model of the list.
const CALLS_A_MODEL = 4;
/** The same calls each time; another number gives others. */
const SEED = 20_261_125;

let fixture: TestEngine;
let list: PriceList;
beforeAll(async () => {
  fixture = await startTestEngine();
  await migrate(fixture.engine, { directory: SQL_DIRECTORY });
  list = await readPriceList();
  await loadPriceList(fixture.engine, list);
});
afterAll(() => fixture.stop());

/** Few, many, and around the sizes from which the list has other prices. */
const tokens = fc.oneof(
  fc.nat(1000),
  fc.nat(2_000_000),
  fc.constantFrom(0, 1, 127_999, 128_000, 128_001, 200_000, 200_001, 272_000, 272_001, 512_001),
);

/** Any moment of three years, and moments around the bounds of the list's periods. */
const moment = fc.oneof(
  fc.integer({ min: Date.UTC(2024, 6), max: Date.UTC(2027, 6) }),
  fc
    .tuple(
      fc.constantFrom(Date.UTC(2025, 5, 10), Date.UTC(2026, 2, 13), Date.UTC(2026, 7, 17), Date.UTC(2027, 0, 1)),
      fc.constantFrom(0, 1, 0.5, 4, 6, 10, 16.5),
      fc.constantFrom(-1, 0, 1),
    )
    .map(([day, hour, offset]) => day + hour * 3_600_000 + offset),
);

const call = fc.record({
  at: moment,
  uncached: tokens,
  cacheRead: fc.oneof(fc.constant(0), tokens),
  cacheWrite: fc.oneof(fc.constant(0), tokens),
  plainOutput: tokens,
  reasoning: fc.oneof(fc.constant(0), tokens),
});

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

interface Named {
  readonly provider: string;
  readonly model: string;
}

const inputOf = (one: Call): number => one.uncached + one.cacheRead + one.cacheWrite;
const outputOf = (one: Call): number => one.plainOutput + one.reasoning;

/** What the library says; null where it has no price for tokens that the call has. */
function libraryPrice({ provider, model }: Named, one: Call): number | null {
  const usage = {
    input_tokens: inputOf(one),
    cache_read_tokens: one.cacheRead,
    cache_write_tokens: one.cacheWrite,
    output_tokens: outputOf(one),
    output_reasoning_tokens: one.reasoning,
  };
  const found = calcPrice(usage, model, { providerId: provider, timestamp: new Date(one.at) });
  if (found === null) return null;
  const { input_mtok: input, output_mtok: output } = found.model_price;
  if (input === undefined && output === undefined) return null;
  if ((input === undefined && inputOf(one) > 0) || (output === undefined && outputOf(one) > 0)) return null;
  return found.total_price;
}

interface Row extends Call, Named {
  readonly id: number;
}

/** Writes the calls as the transcoder would. */
async function insert(rows: readonly Row[]): Promise<void> {
  await fixture.engine.insert(
    `INSERT INTO ingest (canon_version, cursor, origin, received_at, tenant, signal, trace_id, span_id, start_time_unix_nano,
        end_time_unix_nano, t_operation, t_provider, t_response_model, t_input_tokens, t_output_tokens, t_cache_read_tokens,
        t_cache_write_tokens, t_reasoning_tokens)
      SELECT 1, id + 1, 1, 1782000060000000000, 'prices', 1, toFixedString('prices', 16), reinterpretAsFixedString(id), start, start, 'chat',
        provider, model, i, o, r, w, t
      FROM input('id UInt64, start UInt64, provider String, model String, i String, o String, r String, w String, t String')
      FORMAT JSONEachRow`,
    Buffer.from(
      rows
        .map((row) =>
          JSON.stringify({
            id: row.id,
            start: `${row.at}000000`,
            provider: row.provider,
            model: row.model,
            i: String(inputOf(row)),
            o: String(outputOf(row)),
            r: String(row.cacheRead),
            w: String(row.cacheWrite),
            t: String(row.reasoning),
          }),
        )
        .join('\n'),
    ),
    INSERT_SETTINGS,
  );
}

test('every model of the list costs in SQL what the library says, at any time, size and mix of tokens', async () => {
  const names = [...new Map(list.rows.map((row) => [`${row.provider}/${row.model}`, row])).values()];
  expect(names.length).toBeGreaterThan(1000);
  const calls = fc.sample(call, { numRuns: names.length * CALLS_A_MODEL, seed: SEED });
  const rows = calls.map((one, index) => {
    const { provider, model } = names[index % names.length] as Named;
    return { ...one, provider, model, id: index };
  });
  await insert(rows);
  // Names of providers are stored by the conventions: the names to look up are those that stand.
  const stored = await fixture.engine.client.query({
    query: 'SELECT DISTINCT tenant, provider, model FROM span_rows',
    format: 'JSONEachRow',
  });
  await writeNames(fixture.engine, list, await stored.json<Named & { tenant: string }>());
  await fixture.engine.client.command({ query: 'TRUNCATE TABLE span_rows' });
  await insert(rows);
  const result = await fixture.engine.client.query({
    query: `SELECT toUInt32(cursor - 1) AS id, cost_usd AS cost, cost_source AS source, price_version AS version FROM span_rows
      WHERE tenant = 'prices' ORDER BY cursor`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_decimals: 0 },
  });
  const computed = await result.json<{ id: number; cost: number | null; source: string; version: string }>();
  expect(computed).toHaveLength(rows.length);
  let priced = 0;
  const wrong = computed.filter(({ id, cost, source, version }) => {
    const row = rows[id] as (typeof rows)[number];
    const said = libraryPrice(row, row);
    if (said === null || cost === null) return said !== cost || source !== '' || version !== '';
    priced += 1;
    return Math.abs(said - cost) > 1e-9 || source !== 'collector' || version !== list.version;
  });
  expect(
    wrong.map(({ id, cost }) => ({ ...rows[id], cost, said: libraryPrice(rows[id] as Named, rows[id] as Call) })),
  ).toEqual([]);
  expect(priced).toBeGreaterThan(rows.length / 2);
});
