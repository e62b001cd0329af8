import { z } from 'zod';
import type { Engine } from './engine-contract.ts';

const rows = z.array(z.object({ name: z.string() }));

/**
 * Gives the tables and views through which a reader would see other tenants' rows: those with a column `tenant` that are not in
 * `tenantTables` (materialized views too: a policy of their target does not apply to them), and views that read with their
 * definer's rights. Plain views are safe: they read with the reader's rights.
 *
 * @param sharedViews views that read with their definer's rights and hold nothing of any tenant
 */
export async function findUnguarded(
  engine: Engine,
  tenantTables: readonly string[],
  sharedViews: readonly string[] = [],
): Promise<string[]> {
  const answer = await engine.client.query({
    query: `SELECT name FROM system.tables WHERE database = currentDatabase() AND (
      engine = 'View' AND match(create_table_query, 'SQL SECURITY (DEFINER|NONE)') AND name NOT IN {sharedViews:Array(String)}
      OR engine != 'View' AND name NOT IN {tenantTables:Array(String)} AND name IN
        (SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'tenant'))
      ORDER BY name`,
    query_params: { tenantTables, sharedViews },
    format: 'JSONEachRow',
  });
  return rows.parse(await answer.json()).map((row) => row.name);
}
