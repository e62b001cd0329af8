import type { CollectorProcess } from '../faults/ledger-process.ts';
import { runStatement, runText } from './run-statement.ts';
import { mergesDone, rolledUp } from './settled.ts';

const DAYS = 30;
const MOST_RUNS_A_DAY = 2000;
/** With fewer steps a run would be no graph: then there are fewer runs. */
const LEAST_STEPS_OF_A_RUN = 16;

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
  // Half a step is lost to rounding down.
  await runStatement(collector, 'steps/step_rows.sql', { runs, mean_steps: steps / runs + 0.5 });
  for (const table of ['span_rows', 'root_spans', 'run_rows', 'run_traces', 'trace_days']) {
    await runStatement(collector, `steps/${table}.sql`);
  }
  await mergesDone(collector, mergesMs);
  // As after two quiet hours, when the engine does it by itself.
  for (const table of ['span_rows', 'step_rows']) {
    const days = await collector.query<{ id: string }>(
      `SELECT partition_id AS id FROM system.parts WHERE active AND table = '${table}' AND toDate(partition) < today()
        GROUP BY id HAVING count() > 1`,
    );
    for (const { id } of days) {
      await runText(collector, `${table} ${id}`, `OPTIMIZE TABLE ${table} PARTITION ID '${id}' FINAL`);
    }
  }
  if (waitsForRolls) await rolledUp(collector);
  const [row] = await collector.query<{ steps: string }>('SELECT count() AS steps FROM step_rows');
  return Number(row?.steps);
}
