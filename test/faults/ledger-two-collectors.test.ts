import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { randomId } from '../otlp/bodies.ts';
import { dump, metric, type Sendable, send } from './ledger-dump.ts';
import { event, governed, operation } from './ledger-scenes.ts';

let first: Collector;
let second: Collector;
let directory: string;
beforeAll(async () => {
  first = await startCollector();
  directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
  // Collectors of one ledger share the key of content digests: with another key the same content has another name.
  await copyFile(path.join(first.dataDirectory, 'content.key'), path.join(directory, 'content.key'));
  second = await startCollector({
    data_dir: directory,
    clickhouse_url: `${first.engine.url}/${first.engine.database}`,
  });
});
afterAll(async () => {
  await second.stop();
  await first.stop();
  await rm(directory, { recursive: true, force: true });
});

function scene(run: string): Sendable[] {
  const trace = randomId();
  return [
    governed({ run, step: 's' }, { trace, id: 1 }, { input: 50 }),
    operation('chat', { trace, id: 2, parent: 1 }, { input: 3, cost: 0.1 }),
    operation('chat', { trace, id: 3, parent: 1 }, { input: 4, cost: 0.2 }),
    event('spanledger.run.ended', 50, { 'spanledger.run.id': run, 'spanledger.event.id': `${run}-ended` }),
  ];
}

const WHOLE = { status: 'completed', step_count: 1, span_count: 3, input_tokens: '7', total_cost_usd: 0.3 };

test('two collectors on one engine write under two origins, and what both were sent counts once', async () => {
  const records = scene('both');
  await Promise.all([send(first, ...records), send(second, ...records.toReversed())]);
  await Promise.all([first.settled(), second.settled()]);
  const origins = await first.query('SELECT origin, count() AS records FROM ledger GROUP BY origin ORDER BY origin');
  expect(origins).toEqual([
    { origin: 0, records: '4' },
    { origin: 1, records: '4' },
  ]);
  const { runs, spans, events, steps } = await dump(first, ['both']);
  expect(runs).toMatchObject([WHOLE]);
  expect(spans).toHaveLength(3);
  expect(events).toHaveLength(1);
  expect(steps).toMatchObject([{ input_tokens: '7', call_count: 2 }]);
});

test('a run whose spans come by both collectors is whole', async () => {
  for (let index = 0; index < 5; index++) {
    const records = scene(`split-${index}`);
    await Promise.all(records.map((one, place) => send(place % 2 === 0 ? first : second, one)));
  }
  await Promise.all([first.settled(), second.settled()]);
  for (let index = 0; index < 5; index++) {
    expect((await dump(second, [`split-${index}`])).runs).toMatchObject([WHOLE]);
  }
});

test('what the second is sent after the first is a duplicate', async () => {
  const input = { 'spanledger.input': 'personal' };
  const records = [...scene('later'), operation('chat', { trace: randomId(), id: 1, attributes: input })];
  await send(first, ...records);
  await first.settled();
  const before = await dump(first, ['later']);
  const counted = await metric(second, 'records_duplicate_total');
  await send(second, ...records);
  await second.settled();
  expect(await dump(second, ['later'])).toEqual(before);
  expect((await metric(second, 'records_duplicate_total')) - counted).toBe(5);
});

test('both look up a new model at once and come to the same price', async () => {
  const traces = Array.from({ length: 6 }, () => randomId());
  const call = (trace: string, model: string): Sendable => {
    const attributes = { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': model };
    return operation('chat', { trace, id: 1, attributes }, { input: 1000, output: 100 });
  };
  await Promise.all(
    traces.map((trace, place) =>
      send(place % 2 === 0 ? first : second, call(trace, place < 4 ? 'gpt-4o-2024-11-20' : 'no-such-model')),
    ),
  );
  await Promise.all([first.settled(), second.settled()]);
  const costs = await first.query<{ cost: string | null }>(
    `SELECT toString(cost_usd) AS cost FROM spans WHERE trace_id IN {traces:Array(String)}
      ORDER BY indexOf({traces:Array(String)}, trace_id)`,
    { traces },
  );
  expect(costs.map((row) => row.cost)).toEqual(['0.0035', '0.0035', '0.0035', '0.0035', null, null]);
  const names = await first.query(
    `SELECT model, count() AS rows, notEmpty(any(rates)) AS priced FROM model_prices
      WHERE model IN ('gpt-4o-2024-11-20', 'no-such-model') GROUP BY model ORDER BY model`,
  );
  expect(names).toEqual([
    { model: 'gpt-4o-2024-11-20', rows: '1', priced: 1 },
    { model: 'no-such-model', rows: '1', priced: 0 },
  ]);
});
