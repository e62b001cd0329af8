import type { Engine } from '../engine/engine-contract.ts';
import type { LedgerRange } from '../project/read-canonical.ts';
import type { TouchedTrace } from './read-rows.ts';

/** Part of the to-do list: traces touched up to a cursor. */
export interface TouchedWindow {
  readonly traces: readonly TouchedTrace[];
  /** Last cursor of the window. */
  readonly last: bigint;
}

/** Reads which traces and runs the inserts of a range touched; of a long list only the first part. */
export async function readTouched(engine: Engine, range: LedgerRange, limit: number): Promise<TouchedWindow> {
  const result = await engine.client.query({
    query: `SELECT tenant, lower(hex(trace_id)) AS traceId, run_id AS runId, toString(touched.cursor) AS position FROM touched
      WHERE origin = {origin:UInt16} AND cursor BETWEEN {first:UInt64} AND {last:UInt64}
      ORDER BY origin, touched.cursor LIMIT {limit:UInt32} WITH TIES`,
    query_params: { origin: range.origin, first: range.first.toString(), last: range.last.toString(), limit },
    format: 'JSONEachRow',
  });
  const rows = await result.json<TouchedTrace & { position: string }>();
  const distinct = new Map(rows.map((row) => [JSON.stringify([row.tenant, row.traceId, row.runId]), row]));
  const last = rows.length < limit ? range.last : BigInt(rows.at(-1)?.position ?? range.last);
  return { traces: [...distinct.values()], last };
}
