import type { Engine } from '../engine/engine-contract.ts';
import type { LedgerRange } from './read-canonical.ts';
import { readRanges } from './read-ranges.ts';
import { rederive } from './rederive.ts';

const TABLES = ['span_rows', 'step_rows', 'event_rows', 'event_names'];

/**
 * Makes the derived tables say of a range what the ledger says. An insert that was cut off may have left rows in some tables and not
 * in others: what the ledger lacks is taken out, what it has is derived again.
 *
 * @param range no insert of it may be under way
 * @returns the ranges that were derived again and must be settled
 */
export async function repairRange(engine: Engine, range: LedgerRange): Promise<LedgerRange[]> {
  let removed = 0;
  for (const table of TABLES) removed += await removeUnrecorded(engine, range, table);
  // Rows of records that came later may have given way to what was removed.
  const ranges: LedgerRange[] = removed === 0 ? [range] : await readRanges(engine, range.first);
  for (const one of ranges) await rederive(engine, one);
  return ranges;
}

/** Takes rows out whose record the ledger does not hold; gives their number. */
async function removeUnrecorded(engine: Engine, range: LedgerRange, table: string): Promise<number> {
  const inRange = 'origin = {origin:UInt16} AND cursor BETWEEN {first:UInt64} AND {last:UInt64}';
  const unrecorded = `${inRange} AND cursor NOT IN (SELECT cursor FROM ledger WHERE ${inRange})`;
  const parameters = { origin: range.origin, first: range.first.toString(), last: range.last.toString() };
  const result = await engine.client.query({
    query: `SELECT count() AS found FROM ${table} WHERE ${unrecorded}`,
    query_params: parameters,
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ found: string }>();
  const found = Number(row?.found ?? 0);
  if (found > 0) {
    await engine.client.command({ query: `DELETE FROM ${table} WHERE ${unrecorded}`, query_params: parameters });
  }
  return found;
}
