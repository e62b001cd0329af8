import type { CollectorProcess } from '../faults/ledger-process.ts';
import { type Figure, figure } from './figure.ts';
import { generateSteps } from './generate-steps.ts';
import { percentile } from './statistics.ts';

const DAY = 86_400_000;
const RANGES = { day: 1, '30_days': 30 } as const;

/** Views over all runs, by the name of their figure. */
const FLEET = {
  sla: '/v1/sla',
  cost: '/v1/cost',
  node_latency: '/v1/node-latency',
  policy_violations: '/v1/policy-violations',
  runs: '/v1/runs',
} as const;

/** What is measured how often. */
export interface QueryLength {
  readonly steps: number;
  /** Requests of each kind that count; two before them don't. */
  readonly repetitions: number;
  readonly mergesMs: number;
  /** Whether the days are rolled up before they are asked for. */
  readonly waitsForRolls: boolean;
}

/** Generates steps, then asks the API for reports of runs and for fleet views over a day and over 30 days, one request at a time. */
export async function measureQueries(
  collector: CollectorProcess,
  length: QueryLength,
  say: (text: string) => void,
): Promise<Figure[]> {
  say(`generating ${length.steps} steps`);
  const begin = performance.now();
  const steps = await generateSteps(collector, length.steps, length.mergesMs, length.waitsForRolls);
  const figures = [
    figure('query.steps', steps, 'steps'),
    figure('query.generated_s', (performance.now() - begin) / 1000, 's'),
  ];
  // Runs by chance: each as likely, however many steps it has.
  const runs = await collector.query<{ run_id: string }>(
    `SELECT run_id FROM run_rows ORDER BY sipHash64(run_id, 'chosen') LIMIT ${length.repetitions + 2}`,
  );
  const routeOfRun = (at: number) => `/v1/runs/${runs[at % runs.length]?.run_id}/report`;
  say('run reports');
  figures.push(...latencies('query.run_report', await timesOf(collector, length.repetitions, routeOfRun)));
  for (const [name, days] of Object.entries(RANGES)) {
    const worst = { p50: 0, p95: 0 };
    for (const [view, route] of Object.entries(FLEET)) {
      say(`${route} over ${days} days`);
      const times = await timesOf(collector, length.repetitions, (at) => `${route}?${rangeAt(at, days)}`);
      figures.push(...latencies(`query.${view}_${name}`, times));
      worst.p50 = Math.max(worst.p50, percentile(times, 0.5));
      worst.p95 = Math.max(worst.p95, percentile(times, 0.95));
    }
    figures.push(figure(`query.fleet_${name}_ms_p50`, worst.p50, 'ms'));
    figures.push(figure(`query.fleet_${name}_ms_p95`, worst.p95, 'ms'));
  }
  return figures;
}

function latencies(name: string, times: readonly number[]): Figure[] {
  return [
    figure(`${name}_ms_p50`, percentile(times, 0.5), 'ms'),
    figure(`${name}_ms_p95`, percentile(times, 0.95), 'ms'),
  ];
}

/** No two requests ask for the same range; a range of a day is one of the last 29. */
function rangeAt(at: number, days: number): URLSearchParams {
  const back = days === 1 ? (at % 29) * DAY : 0;
  const to = Date.now() - back - at * 1000;
  return new URLSearchParams({ from: new Date(to - days * DAY).toISOString(), to: new Date(to).toISOString() });
}

async function timesOf(
  collector: CollectorProcess,
  repetitions: number,
  routeAt: (at: number) => string,
): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < repetitions + 2; at++) {
    const route = routeAt(at);
    const start = performance.now();
    const response = await fetch(`${collector.url}${route}`);
    const text = await response.text();
    const took = performance.now() - start;
    if (response.status !== 200) throw new Error(`${route} answered ${response.status}: ${text.slice(0, 500)}`);
    if (at >= 2) times.push(took);
  }
  return times;
}
