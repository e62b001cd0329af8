import type { CollectorProcess } from '../faults/ledger-process.ts';
import { runStatement, runText } from './run-statement.ts';
import { mergesDone, rolledUp } from './settled.ts';

const DAYS = 30;
const MOST_RUNS_A_DAY = 2000;
/** With fewer steps a run would be no graph: then there are fewer runs. */
const LEAST_STEPS_OF_A_RUN = 16;
/** Steps that a statement makes, about. They are sorted in memory. */
const STEPS_A_STATEMENT = 3_000_000;

/**
 * Fills the derived tables with steps of the last 30 days, in the engine itself: about so many steps, 2,000 runs a day, 50 agents, 200 nodes.
 * @param waitsForRolls whether to wait until the days are rolled up, half a minute after their last write; else they are read from their rows
 * @returns the number of steps that there are
 */
export async function generateSteps(
  collector: CollectorProcess,
  steps: number,
  mergesMs: number,
  waitsForRolls: boolean,
): Promise<number> {
  const runs = Math.max(1, Math.min(DAYS * MOST_RUNS_A_DAY, Math.floor(steps / LEAST_STEPS_OF_A_RUN)));
  const ofAll = { runs, end_ms: Date.now(), mean_steps: steps / runs + 0.5 };
  const parts = parted(runs, Math.ceil((runs * STEPS_A_STATEMENT) / steps));
  // Half a step is lost to rounding down.
  await fillDays(collector, 'step_rows', parts, ofAll);
  for (const table of ['run_rows', 'run_traces', 'trace_days']) await runStatement(collector, `steps/${table}.sql`);
  await fillDays(collector, 'span_rows', await dayRanges(collector), {});
  await mergesDone(collector, mergesMs);
  if (waitsForRolls) await rolledUp(collector);
  const [row] = await collector.query<{ steps: string }>('SELECT count() AS steps FROM step_rows');
  return Number(row?.steps);
}

/** Fills a table by its statement, one time for each of the parameters, and merges its days once all rows are there. */
async function fillDays(
  collector: CollectorProcess,
  table: string,
  parts: readonly Readonly<Record<string, number | string>>[],
  ofAll: Readonly<Record<string, number>>,
): Promise<void> {
  await runText(collector, table, `SYSTEM STOP MERGES ${table}`);
  await inTwos(parts, (part) => runStatement(collector, `steps/${table}.sql`, { ...ofAll, ...part }));
  if (table === 'span_rows') await runStatement(collector, 'steps/root_spans.sql');
  await runText(collector, table, `SYSTEM START MERGES ${table}`);
  await mergeDays(collector, table);
}

/** Cuts runs into parts of at most `size`. */
function parted(runs: number, size: number): { first_run: number; run_count: number }[] {
  return Array.from({ length: Math.ceil(runs / size) }, (_, part) => ({
    first_run: part * size,
    run_count: Math.min(size, runs - part * size),
  }));
}

/** Works on two at a time, in order. */
async function inTwos<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const worker = async (): Promise<void> => {
    for (const one of left) await work(one);
  };
  await Promise.all([worker(), worker()]);
}

/** The days of all steps, in ranges that hold enough steps for a statement. */
async function dayRanges(collector: CollectorProcess): Promise<{ first: string; last: string }[]> {
  const days = await collector.query<{ day: string; steps: string }>(
    'SELECT event_date AS day, count() AS steps FROM step_rows GROUP BY day ORDER BY day',
  );
  const ranges: { first: string; last: string }[] = [];
  let inLast = 0;
  for (const { day, steps } of days) {
    const last = ranges.at(-1);
    if (last === undefined || inLast + Number(steps) > STEPS_A_STATEMENT) {
      ranges.push({ first: day, last: day });
      inLast = 0;
    } else {
      last.last = day;
    }
    inLast += Number(steps);
  }
  return ranges;
}

/** Merges days to one part each, two at a time: as after two quiet hours, when the engine does it by itself. */
async function mergeDays(collector: CollectorProcess, table: string): Promise<void> {
  const days = await collector.query<{ id: string }>(
    `SELECT partition_id AS id FROM system.parts WHERE active AND table = '${table}' AND toDate(partition) < today()
      GROUP BY id HAVING count() > 1 OR max(level) = 0`,
  );
  await inTwos(days, ({ id }) =>
    runText(collector, `${table} ${id}`, `OPTIMIZE TABLE ${table} PARTITION ID '${id}' FINAL`),
  );
}
