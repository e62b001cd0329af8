import type { Engine } from '../engine/engine-contract.ts';
import type { LedgerRange } from '../project/read-canonical.ts';

/** Reads from where to where the ledger's origins go, and how many records each has there. */
export async function readRanges(engine: Engine): Promise<(LedgerRange & { records: number })[]> {
  const result = await engine.client.query({
    query: `SELECT origin, toString(min(ledger.cursor)) AS first, toString(max(ledger.cursor)) AS last, toString(count()) AS records
      FROM ledger GROUP BY origin ORDER BY origin`,
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ origin: number; first: string; last: string; records: string }>();
  return rows.map((row) => ({
    origin: row.origin,
    first: BigInt(row.first),
    last: BigInt(row.last),
    records: Number(row.records),
  }));
}
