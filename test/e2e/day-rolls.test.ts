import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dropOldRolls, readSourceDays } from '../../collector/src/settle/roll-days.ts';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { send } from '../faults/ledger-dump.ts';
import { ROUNDS, randomRun, roundsOf } from '../faults/ledger-random-runs.ts';
import { BLOCKED, governed } from '../faults/ledger-scenes.ts';
import { rollUp } from '../rolled-up.ts';

/** The same data each time; another number gives others. */
const SEED = 20_261_127;
const RUNS = 20;
const DAY = 86_400_000;

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

const rollAll = (): Promise<number> => rollUp(collector.engine);

const rolledDays = (): Promise<{ source: string; event_date: string }[]> =>
  collector.query('SELECT source, toString(event_date) AS event_date FROM rolled_days ORDER BY ALL');

/** Compares what is read from roll-ups where they stand with what the rows themselves say. */
async function expectSame(): Promise<void> {
  for (const [view, computed] of [
    ['cost', 'computed_cost'],
    ['policy_violations', 'computed_violations'],
  ]) {
    const rows = await collector.query(`SELECT * FROM ${view} ORDER BY ALL`);
    expect(rows, `seed ${SEED}`).toEqual(await collector.query(`SELECT * FROM ${computed} ORDER BY ALL`));
    expect(rows).not.toEqual([]);
  }
}

test('roll-ups say what the rows say, whatever comes late, again or in conflict', async () => {
  const rounds = fc.sample(randomRun, { numRuns: RUNS, seed: SEED }).map((run, index) =>
    roundsOf(run, {
      runs: [`roll-${index}-0`, `roll-${index}-1`],
      traces: [`d0${index}a`.padEnd(32, '0'), `d0${index}b`.padEnd(32, '0')],
    }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const records = rounds.flatMap((ofRun) => ofRun[round] ?? []);
    await send(collector, ...records);
    await send(
      collector,
      governed({ run: 'roll-late', step: `s${round}` }, { trace: 'dd'.repeat(16), id: round + 1, attributes: BLOCKED }),
    );
    await collector.settled();
    // What was rolled up in the round before does not stand any more.
    expect(await rolledDays()).toEqual([]);
    await expectSame();
    expect(await rollAll()).toBeGreaterThanOrEqual(2);
    expect((await rolledDays()).length).toBeGreaterThanOrEqual(2);
    await expectSame();
  }
});

test('a merge leaves a roll-up standing, a deletion does not', async () => {
  expect(await rollAll()).toBe(0);
  const before = await rolledDays();
  for (const table of ['span_rows', 'step_rows']) {
    await collector.engine.client.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
  }
  expect(await rolledDays()).toEqual(before);
  await collector.engine.client.command({
    query: `DELETE FROM step_rows WHERE run_id = 'roll-late' AND step_id = 's0'`,
  });
  expect((await rolledDays()).map((day) => day.source)).not.toContain('step_rows');
  await expectSame();
});

interface Latency {
  readonly node_id: string;
  readonly count: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  readonly min_ms: number;
  readonly max_ms: number;
  readonly mean_ms: number;
  readonly error_count: number;
}

test('latencies over days are exact but for percentiles, which are within one percent', async () => {
  const random = fc.sample(
    fc.record({
      start: fc.integer({ min: -6 * DAY, max: -DAY / 2 }),
      lasts: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 50 })),
      node: fc.constantFrom('a', 'b', 'c'),
      failed: fc.boolean(),
    }),
    { numRuns: 600, seed: SEED },
  );
  const steps = random.map(({ start, lasts, node, failed }, id) =>
    governed(
      { run: `latency-${id % 7}`, step: `l${id}` },
      {
        trace: `ee${id % 7}`.padEnd(32, '0'),
        id: id + 1,
        start,
        end: start + lasts,
        attributes: { 'spanledger.node.id': node, ...(failed ? { 'spanledger.status': 'failed' } : {}) },
      },
    ),
  );
  await send(collector, ...steps.slice(0, 500));
  await collector.settled();
  await rollAll();
  // Days that were rolled up, and some that now are not.
  await send(collector, ...steps.filter((_, id) => id >= 400 && (random[id]?.start ?? 0) > -2 * DAY));
  await collector.settled();
  const noon = Math.floor(Date.now() / DAY) * DAY - DAY / 2;
  const ranges = [
    [noon - 6 * DAY, noon],
    [noon - 3.3 * DAY, noon - 1.1 * DAY],
  ].map(([from = 0, to = 0]) => ({ from: Math.round(from), to: Math.round(to) }));
  const compare = async (): Promise<void> => {
    for (const { from, to } of ranges) {
      const exact = await collector.query<Record<string, string | string[]>>(
        `SELECT node_id, count() AS count, countIf(failed) AS error_count, min(duration_ms) AS min_ms, max(duration_ms) AS max_ms,
           round(avg(duration_ms), 6) AS mean_ms, arraySort(groupArray(duration_ms)) AS durations
         FROM executed_steps
         WHERE start_time >= fromUnixTimestamp64Milli({from:Int64}) AND start_time < fromUnixTimestamp64Milli({to:Int64})
         GROUP BY node_id ORDER BY node_id`,
        { from, to },
      );
      const answer = await collector.get<{ nodes: Latency[]; percentile_error: number }>(
        `/v1/node-latency?from=${from}&to=${to}`,
      );
      expect(answer.percentile_error).toBe(0.01);
      const nodes = answer.nodes.toSorted((a, b) => (a.node_id < b.node_id ? -1 : 1));
      expect(nodes.map((node) => node.node_id)).toEqual(exact.map((row) => row['node_id']));
      for (const [at, node] of nodes.entries()) {
        const wanted = exact[at] ?? {};
        const { count, error_count, min_ms, max_ms } = node;
        expect({ count, error_count, min_ms, max_ms }).toEqual({
          count: Number(wanted['count']),
          error_count: Number(wanted['error_count']),
          min_ms: wanted['min_ms'],
          max_ms: wanted['max_ms'],
        });
        expect(node.mean_ms).toBeCloseTo(Number(wanted['mean_ms']), 5);
        const durations = (wanted['durations'] as unknown as number[]) ?? [];
        for (const [share, found] of [
          [0.5, node.p50_ms],
          [0.95, node.p95_ms],
          [0.99, node.p99_ms],
        ] as const) {
          const place = share * (durations.length - 1);
          const [low = 0, high = 0] = [durations[Math.floor(place)], durations[Math.ceil(place)]];
          expect(found).toBeGreaterThanOrEqual(low * 0.99);
          expect(found).toBeLessThanOrEqual(high * 1.01);
        }
      }
    }
  };
  const whole = await readSourceDays(collector.engine);
  expect(whole.filter((day) => day.rolled).length).toBeGreaterThan(0);
  expect(whole.filter((day) => !day.rolled).length).toBeGreaterThan(0);
  await compare();
  await rollAll();
  await compare();
  const day = await collector.get<{ percentile_error: number }>(`/sla?from=${noon - DAY}&to=${noon}`);
  expect(day.percentile_error).toBe(0);
});

test('the API says the same of a range, whether its days are rolled up, some of them or none', async () => {
  const noon = Math.floor(Date.now() / DAY) * DAY - DAY / 2;
  const ranges = [
    [noon - DAY, noon],
    [noon - DAY / 5, noon + DAY],
    [noon - 4.7 * DAY, noon - 1.2 * DAY],
  ];
  const answers = (): Promise<unknown[]> =>
    Promise.all(
      ranges.flatMap(([from, to]) =>
        [
          '/sla?',
          '/v1/cost?group_by=day,agent,model,source&',
          '/v1/node-latency?',
          '/v1/policy-violations?limit=7&',
          '/v1/sla?limit=9&',
          '/v1/sla?window=5m&node=b&',
        ].map((route) => collector.get(`${route}from=${from}&to=${to}`)),
      ),
    );
  await collector.engine.client.command({ query: 'TRUNCATE TABLE day_rolls' });
  expect(await rolledDays()).toEqual([]);
  const live = await answers();
  for (const part of ['toDayOfMonth(event_date) % 2 = 0', 'true']) {
    await rollAll();
    await collector.engine.client.command({ query: `DELETE FROM day_rolls WHERE NOT (${part})` });
    expect(await rolledDays()).not.toEqual([]);
    expect(await answers()).toEqual(live);
  }
});

test('roll-ups of a day go with the day', async () => {
  await rollAll();
  const [first] = (await rolledDays()).filter((one) => one.source === 'step_rows');
  await collector.engine.client.command({ query: `ALTER TABLE step_rows DROP PARTITION '${first?.event_date}'` });
  await dropOldRolls(collector.engine);
  expect(await rolledDays()).not.toContainEqual(first);
  for (const table of ['executed_days', 'latency_days', 'violation_days']) {
    const left = await collector.query<{ rows: string }>(
      `SELECT count() AS rows FROM ${table} WHERE event_date = '${first?.event_date}' AND version <= toUnixTimestamp64Micro(now64(6)) - 120000000`,
    );
    expect(left).toEqual([{ rows: '0' }]);
  }
  await expectSame();
});
