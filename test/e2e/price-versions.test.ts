import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPriceList } from '../../collector/src/price/load-list.ts';
import { openPriceBook, PriceBook } from '../../collector/src/price/price-book.ts';
import { type PriceList, readPriceList } from '../../collector/src/price/price-list.ts';
import { rebuild } from '../../collector/src/settle/rebuild.ts';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { type Row, send } from '../faults/ledger-dump.ts';
import { operation } from '../faults/ledger-scenes.ts';
import { randomId } from '../otlp/bodies.ts';
import { runCli } from './cli-fixture.ts';

// A second list comes into force beside the first: gpt-4o costs twice as much, and a model is new.
const SECOND = 'genai-prices 99.0.0';
const FIRST = 'genai-prices 0.1.8';
const OPENAI = { tenant: 'default', provider: 'openai' };

let collector: Collector;
let first: PriceList;
beforeAll(async () => {
  collector = await startCollector();
  first = await readPriceList();
});
afterAll(() => collector.stop());

function secondList(): PriceList {
  const doubled = first.rows
    .filter((row) => row.provider === 'openai' && row.model === 'gpt-4o')
    .map((row) => ({ ...row, input_usd: '5', output_usd: '20' }));
  const fresh = doubled.map((row) => ({ ...row, model: 'brand-new', input_usd: '1' }));
  return {
    version: SECOND,
    rows: [...doubled, ...fresh],
    find: (provider, model) => (model === 'brand-new' ? { provider: 'openai', model } : first.find(provider, model)),
  };
}

/** Sends a call of 1,000 input and 100 output tokens; gives its trace. */
async function call(model: string): Promise<string> {
  const trace = randomId();
  const attributes = { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': model };
  await send(collector, operation('chat', { trace, id: 1, attributes }, { input: 1000, output: 100 }));
  await collector.settled();
  return trace;
}

const costOf = async (trace: string): Promise<readonly (string | null)[]> => {
  const [row] = await collector.query<{ cost: string | null; version: string }>(
    'SELECT toString(cost_usd) AS cost, price_version AS version FROM spans WHERE trace_id = {trace:String}',
    { trace },
  );
  return [row?.cost ?? null, row?.version ?? ''];
};

test('a newer list prices what arrives from its time on, and changes nothing that was recorded', async () => {
  const before = { known: await call('gpt-4o'), unknown: await call('brand-new') };
  // In force from now on: a minute after it is loaded.
  await loadPriceList(collector.engine, secondList(), Date.now() - 60_000);
  const after = { known: await call('gpt-4o'), unknown: await call('brand-new'), seen: await call('gpt-4o-mini') };
  const check = async (): Promise<void> => {
    expect(await costOf(before.known)).toEqual(['0.0035', FIRST]);
    expect(await costOf(before.unknown)).toEqual([null, '']);
    expect(await costOf(after.known)).toEqual(['0.007', SECOND]);
    expect(await costOf(after.unknown)).toEqual(['0.003', SECOND]);
    // The second list does not have it.
    expect(await costOf(after.seen)).toEqual([null, '']);
  };
  await check();
  await rebuild(collector.engine, await openPriceBook(collector.engine, () => {}), () => {});
  await check();
});

test('what calls would cost stands beside what was recorded, by version', async () => {
  const rows = await collector.query<Row>(
    `SELECT model, price_version, sum(calls) AS calls, toString(sum(recorded_cost_usd)) AS recorded,
      toString(sum(repriced_cost_usd)) AS repriced, sum(unpriced_calls) AS unpriced
      FROM repriced_cost GROUP BY model, price_version ORDER BY model, price_version`,
  );
  expect(rows).toEqual([
    { model: 'brand-new', price_version: FIRST, calls: '2', recorded: '0.003', repriced: '0', unpriced: '2' },
    { model: 'brand-new', price_version: SECOND, calls: '2', recorded: '0.003', repriced: '0.006', unpriced: '0' },
    { model: 'gpt-4o', price_version: FIRST, calls: '2', recorded: '0.0105', repriced: '0.007', unpriced: '0' },
    { model: 'gpt-4o', price_version: SECOND, calls: '2', recorded: '0.0105', repriced: '0.014', unpriced: '0' },
    { model: 'gpt-4o-mini', price_version: FIRST, calls: '1', recorded: '0', repriced: '0.00021', unpriced: '0' },
    { model: 'gpt-4o-mini', price_version: SECOND, calls: '1', recorded: '0', repriced: '0', unpriced: '1' },
  ]);
  const listed = await collector.query<Row>('SELECT model, calls, priced_by FROM unpriced_models ORDER BY model');
  expect(listed).toEqual([
    { model: 'brand-new', calls: '1', priced_by: [SECOND] },
    { model: 'gpt-4o-mini', calls: '1', priced_by: [FIRST] },
  ]);
});

test('the command line shows the versions and the models without a price', async () => {
  const port = new URL(collector.engine.url).port;
  const { code, output, errors } = await runCli(['prices', '--clickhouse-http-port', port]);
  expect([code, errors]).toEqual([0, '']);
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));
  expect(lines[0]).toEqual(['price_version', 'since', 'state', 'models']);
  const models = new Set(first.rows.map((row) => `${row.provider}/${row.model}`)).size;
  expect(lines[1]).toEqual([FIRST, '1970-01-01 00:00:00', String(models)]);
  expect(lines[2]).toEqual([SECOND, expect.stringMatching(/^20/), 'in force', '2']);
  expect(lines[4]).toEqual(['Models without a price:']);
  expect(lines.slice(6).map(([, provider, model, calls]) => [provider, model, calls])).toEqual([
    ['openai', 'brand-new', '1'],
    ['openai', 'gpt-4o-mini', '1'],
  ]);
});

test('a list that is loaded again stays as it was, and comes into force for the first time only', async () => {
  const versions = (): Promise<Row[]> =>
    collector.query('SELECT price_version, active_from FROM price_versions FINAL ORDER BY active_from');
  const before = await versions();
  expect(before).toMatchObject([
    { price_version: FIRST, active_from: '1970-01-01 00:00:00.000000000' },
    { price_version: SECOND },
  ]);
  await loadPriceList(collector.engine, secondList(), Date.now() + 1_000_000);
  expect(await versions()).toEqual(before);
  const [rows] = await collector.query(
    'SELECT count() AS rows, uniqExact(price_version) AS versions FROM prices FINAL',
  );
  expect(rows).toEqual({ rows: String(first.rows.length + 2), versions: '2' });
});

test('what a version said of a name stands, whoever asks later', async () => {
  const other = new PriceBook(collector.engine, { ...first, find: () => undefined });
  expect(await other.meet([{ ...OPENAI, model: 'gpt-4o', receivedAt: 0 }])).toBe(true);
  expect(await costOf(await call('gpt-4o'))).toEqual(['0.007', SECOND]);
});

test('only calls that arrived before a name was looked up are derived again', async () => {
  const book = new PriceBook(collector.engine, first);
  const call = { ...OPENAI, model: 'gpt-4.1' };
  const unknown = { ...OPENAI, model: 'no-such-model' };
  expect(await book.meet([{ ...unknown, receivedAt: Date.now() }])).toBe(false);
  const early = { ...call, receivedAt: Date.now() };
  expect(await book.meet([early])).toBe(true);
  expect(await book.meet([early])).toBe(true);
  // One that lacks tokens has no price, and is not derived over and over.
  expect(await book.meet([{ ...call, receivedAt: Date.now() + 1000 }])).toBe(false);
  expect(await book.meet([])).toBe(false);
});

test('names too long to be one are not kept', async () => {
  const book = new PriceBook(collector.engine, first);
  const long = { ...OPENAI, model: `gpt-4o-${'x'.repeat(300)}`, receivedAt: Date.now() };
  expect(await book.meet([long])).toBe(false);
  const kept = await collector.query('SELECT model FROM model_prices WHERE length(model) > 256');
  expect(kept).toEqual([]);
});

test('an engine that was started anew under the collector finds the prices again', async () => {
  await costOf(await call('gpt-4o'));
  await collector.engine.client.command({ query: 'TRUNCATE TABLE price_lookup' });
  expect(await costOf(await call('gpt-4o'))).toEqual(['0.007', SECOND]);
});

test('the prices in memory are there after a start of the collector; none of them stands in a file', async () => {
  const [table] = await collector.query<{ query: string }>(
    "SELECT engine_full AS query FROM system.tables WHERE database = currentDatabase() AND name = 'price_lookup'",
  );
  expect(table?.query).toContain('persistent = 0');
  await collector.stop(true);
  collector = await startCollector({ data_dir: collector.dataDirectory });
  const [found] = await collector.query<{ names: string }>('SELECT count() AS names FROM price_lookup');
  expect(Number(found?.names)).toBe(4);
  expect(await costOf(await call('gpt-4o'))).toEqual(['0.007', SECOND]);
});
