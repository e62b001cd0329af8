import { type Cost, ReplayLedger } from '@spanledger/client';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { type Row, send } from '../faults/ledger-dump.ts';
import { ROUNDS, randomRun, roundsOf } from '../faults/ledger-random-runs.ts';
import { governed, operation, plain, usage } from '../faults/ledger-scenes.ts';
import { randomId } from '../otlp/bodies.ts';

const RUNS = 25;
/** The same runs each time; another number gives others. */
const SEED = 20_261_126;
/** The scenes are of yesterday noon. */
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const RANGE = { from: new Date(`${YESTERDAY}T00:00:00Z`), to: new Date(`${YESTERDAY}T23:00:00Z`) };

let collector: Collector;
let ledger: ReplayLedger;
beforeAll(async () => {
  collector = await startCollector();
  ledger = new ReplayLedger(collector.url);
});
afterAll(() => collector.stop());

interface Sums {
  readonly input_tokens: string;
  readonly output_tokens: string;
  readonly cost_usd: string;
  readonly carbon: number;
}

const sumsOf = async (view: 'runs' | 'cost'): Promise<Sums> => {
  const cost = view === 'runs' ? 'total_cost_usd' : 'cost_usd';
  const carbon = view === 'runs' ? 'total_carbon_gco2' : 'carbon_gco2';
  const [row] = await collector.query<Sums>(
    `SELECT sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, toString(sum(${cost})) AS cost_usd,
      sum(${carbon}) AS carbon FROM ${view}`,
  );
  return row as Sums;
};

test('the costs add up to the runs, whatever is in them and however it comes', async () => {
  const rounds = fc.sample(randomRun, { numRuns: RUNS, seed: SEED }).map((run, index) =>
    roundsOf(run, {
      runs: [`cost-${index}-0`, `cost-${index}-1`],
      traces: [`c0${index}a`.padEnd(32, '0'), `c0${index}b`.padEnd(32, '0')],
    }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    await send(collector, ...rounds.flatMap((ofRun) => ofRun[round] ?? []));
    if (round === 1) await collector.settled();
  }
  // Outside of any step, and counted since it says so.
  await send(
    collector,
    plain({ trace: randomId(), id: 1, attributes: usage({ input: 5, cost: 0.000000001, carbon: 0.5, scope: 'own' }) }),
  );
  await collector.settled();
  const [runs, costs] = [await sumsOf('runs'), await sumsOf('cost')];
  expect({ ...costs, carbon: 0 }, `seed ${SEED}`).toEqual({ ...runs, carbon: 0 });
  expect(costs.carbon).toBeCloseTo(runs.carbon, 9);
  expect(Number(costs.cost_usd)).toBeGreaterThan(1);
  const [counted] = await collector.query<{ sources: string[]; agents: string[] }>(
    'SELECT arraySort(groupUniqArray(cost_source)) AS sources, arraySort(groupUniqArray(agent_name)) AS agents FROM cost',
  );
  expect(counted).toEqual({ sources: ['', 'collector', 'sdk'], agents: ['', 'planner', 'writer'] });
});

test('the same calls cost the same by the version that they were priced by', async () => {
  const compared = await collector.query<Row>(
    `SELECT cost_source, sum(calls - unpriced_calls) > 0 AS priced, sum(recorded_cost_usd) = sum(repriced_cost_usd) AS same
      FROM repriced_cost WHERE cost_source = 'collector' GROUP BY cost_source`,
  );
  expect(compared).toEqual([{ cost_source: 'collector', priced: 1, same: 1 }]);
});

test('a call belongs to the agent that it names, else the nearest above it, else its step', async () => {
  const [first, second] = [randomId(), randomId()];
  const call = (trace: string, id: number, parent: number, more: Readonly<Record<string, string>> = {}) =>
    operation(
      'chat',
      { trace, id, parent, attributes: { 'gen_ai.request.model': 'agents', ...more } },
      { input: 2 ** id, cost: 0.5 },
    );
  await send(
    collector,
    operation('invoke_agent', { trace: first, id: 1, attributes: { 'gen_ai.agent.name': 'outer' } }),
    operation('invoke_agent', { trace: first, id: 2, parent: 1 }),
    call(first, 3, 2),
    call(first, 4, 1, { 'gen_ai.agent.name': 'own' }),
    governed({ run: 'agents', step: 's' }, { trace: second, id: 1, attributes: { 'gen_ai.agent.name': 'of-step' } }),
    // In a trace of its own, so that only the step tells.
    call(randomId(), 5, 9, { 'spanledger.run.id': 'agents', 'spanledger.step.id': 's' }),
    call(randomId(), 6, 9),
  );
  await collector.settled();
  const { costs, totals } = await ledger.cost({ ...RANGE, model: 'agents', groupBy: ['agent'] });
  const agents = costs.map(({ agentName, calls, inputTokens, costUsd }) => [agentName, calls, inputTokens, costUsd]);
  expect(agents.sort()).toEqual([
    ['', 1, 64, 0.5],
    ['of-step', 1, 32, 0.5],
    ['outer', 1, 8, 0.5],
    ['own', 1, 16, 0.5],
  ]);
  expect(totals).toMatchObject({ calls: 4, inputTokens: 120, costUsd: 2 });
});

test('costs are grouped by what was asked for, filtered, and summed up whole', async () => {
  const trace = randomId();
  const call = (id: number, model: string, used: object) =>
    operation(
      'chat',
      { trace, id, attributes: { 'gen_ai.provider.name': 'groups', 'gen_ai.request.model': model } },
      { input: 100, output: 10, cacheRead: 50, cacheWrite: 20, ...used },
    );
  await send(collector, call(1, 'a', { cost: 0.25, carbon: 2 }), call(2, 'a', { cost: 0.5 }), call(3, 'b', {}));
  await collector.settled();
  const sums = { inputTokens: 200, outputTokens: 20, cacheReadTokens: 100, cacheWriteTokens: 40, reasoningTokens: 0 };
  const half = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 50, cacheWriteTokens: 20, reasoningTokens: 0 };
  const a: Cost = { model: 'a', calls: 2, ...sums, costUsd: 0.75, unpricedCalls: 0, carbonGco2: 2 };
  const b: Cost = { model: 'b', calls: 1, ...half, costUsd: 0, unpricedCalls: 1, carbonGco2: 0 };
  const asked = { ...RANGE, provider: 'groups' };
  expect(await ledger.cost({ ...asked, groupBy: ['model'] })).toEqual({
    from: `${YESTERDAY}T00:00:00.000Z`,
    to: new Date(RANGE.from.getTime() + 86_400_000).toISOString(),
    costs: [a, b],
    totals: {
      calls: 3,
      inputTokens: 300,
      outputTokens: 30,
      cacheReadTokens: 150,
      cacheWriteTokens: 60,
      reasoningTokens: 0,
      costUsd: 0.75,
      unpricedCalls: 1,
      carbonGco2: 2,
    },
    truncated: false,
  });
  const all = await ledger.cost({ ...asked, model: 'a' });
  expect(all.costs).toEqual([{ ...a, day: YESTERDAY, agentName: '', provider: 'groups' }]);
  const sources = await ledger.cost({ ...asked, groupBy: ['day', 'source'] });
  expect(sources.costs.map((one) => [one.day, one.costSource, one.calls])).toEqual([
    [YESTERDAY, 'sdk', 2],
    [YESTERDAY, '', 1],
  ]);
  const none = await ledger.cost({ ...asked, from: new Date(0), to: new Date(86_400_000), groupBy: ['day'] });
  expect(none).toMatchObject({ costs: [], totals: { calls: 0, costUsd: 0 } });
});

test.each([
  ['group_by=week', 'group_by: must be some of day, agent, provider, model, source, with commas.'],
  ['group_by=day,day', 'group_by: must be some of day, agent, provider, model, source, with commas.'],
  ['from=2026-01-02&to=2026-01-01', 'from: must be before to; to is now where it is not given.'],
  ['agent=', 'agent: must not be empty.'],
  ['workflow=x', 'workflow: is not a parameter of this route.'],
])('%s is refused', async (parameters, message) => {
  const answer = await fetch(`${collector.url}/v1/cost?${parameters}`);
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect([answer.status, error.code, error.message]).toEqual([400, 'BAD_PARAMETER', `Parameter ${message}`]);
});

test('a query without groups gives the totals alone', async () => {
  const { costs, totals } = await ledger.cost({ ...RANGE, provider: 'groups', groupBy: [] });
  expect([costs, totals.calls]).toEqual([[], 3]);
});
