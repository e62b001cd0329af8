import { readFileSync } from 'node:fs';
import type { Engine } from '../engine/engine-contract.ts';
import { IN_BACKGROUND, partsOf } from './query-parts.ts';
import { readRunDays } from './read-days.ts';

const QUERY = readFileSync(new URL('../../sql/settle/run_rows.sql', import.meta.url), 'utf8');

/** Writes anew what the runs came to. */
export async function settleRuns(engine: Engine, tenant: string, runs: ReadonlySet<string>): Promise<void> {
  for (const some of partsOf([...runs])) {
    const days = await readRunDays(engine.client, tenant, some);
    await engine.client.command({
      query: QUERY,
      query_params: { tenant, runs: some, days },
      clickhouse_settings: { optimize_on_insert: 0, join_use_nulls: 0, ...IN_BACKGROUND },
      use_multipart_params: true,
    });
  }
}
