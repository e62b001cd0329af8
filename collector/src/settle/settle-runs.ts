import { readFileSync } from 'node:fs';
import type { Engine } from '../engine/engine-contract.ts';
import { readRunDays } from './read-rows.ts';

const QUERY = readFileSync(new URL('../../sql/settle/run_rows.sql', import.meta.url), 'utf8');

/** Writes anew what the runs came to. `upto` is the greatest cursor of the pass. */
export async function settleRuns(engine: Engine, tenant: string, runs: readonly string[], upto: bigint): Promise<void> {
  if (runs.length === 0) return;
  const days = await readRunDays(engine.client, tenant, runs);
  await engine.client.command({
    query: QUERY,
    query_params: { tenant, runs, days, upto: upto.toString() },
    clickhouse_settings: { optimize_on_insert: 0, join_use_nulls: 0 },
    use_multipart_params: true,
  });
}
