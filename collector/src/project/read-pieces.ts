import type { CursorRange } from '../append/watermark.ts';
import type { Engine } from '../engine/engine-contract.ts';
import type { LedgerRange } from './read-canonical.ts';

/** Least length of a piece, cursors: about a second of ledger time. */
const LEAST = 1n << 32n;
const MOST_PIECES = 1000n;

/** Takes a range of the ledger apart into pieces that hold records, in order, and says how many each holds. */
export async function readPieces(engine: Engine, range: LedgerRange): Promise<(CursorRange & { records: number })[]> {
  const length = (range.last - range.first) / MOST_PIECES;
  const result = await engine.client.query({
    query: `SELECT toString(min(ledger.cursor)) AS first, toString(max(ledger.cursor)) AS last, toUInt32(count()) AS records
      FROM ledger WHERE origin = {origin:UInt16} AND cursor BETWEEN {first:UInt64} AND {last:UInt64}
      GROUP BY intDiv(cursor, {length:UInt64}) AS piece ORDER BY piece`,
    query_params: {
      origin: range.origin,
      first: range.first.toString(),
      last: range.last.toString(),
      length: (length > LEAST ? length : LEAST).toString(),
    },
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ first: string; last: string; records: number }>();
  return rows.map(({ first, last, records }) => ({ first: BigInt(first), last: BigInt(last), records }));
}
