import type { Engine } from '../engine/engine-contract.ts';
import type { LedgerRange } from '../project/read-canonical.ts';
import { forgetDecisions, hideEvents } from './forget.ts';
import { findLogLosers } from './log-losers.ts';
import type { Loser } from './loser.ts';
import { findSpanLosers } from './span-losers.ts';

/** What a range of the ledger holds, and how many of its records did not count, since their name had come before. */
export interface RangeCount {
  /** Records in the ledger. */
  readonly records: number;
  /** The same content again. */
  readonly duplicates: number;
  /** Other content under the same name; kept in the ledger and noted in `conflict_rows`. */
  readonly conflicts: number;
}

/**
 * Finds records of the range whose name an earlier record has, notes the conflicts, and hides what the losers left in the derived
 * tables under another run, day or name. Most ranges are done with a count.
 *
 * @param spans number of the range's spans that count, as settling found it
 */
export async function findRepetitions(engine: Engine, range: LedgerRange, spans: number): Promise<RangeCount> {
  const ledger = await countLedger(engine, range);
  let duplicates = 0;
  let conflicts = 0;
  const take = async (losers: readonly Loser[]): Promise<void> => {
    if (losers.length === 0) return;
    const conflicting = losers.filter((one) => one.conflicting);
    await noteConflicts(engine, conflicting);
    await hideEvents(engine, losers);
    conflicts += conflicting.length;
    duplicates += losers.length - conflicting.length;
  };
  if (ledger.span !== spans) for await (const losers of findSpanLosers(engine, range)) await take(losers);
  if (ledger.log > 0) {
    const losers = await findLogLosers(engine, range);
    await take(losers);
    await forgetDecisions(engine, losers);
  }
  return { records: ledger.span + ledger.log, duplicates, conflicts };
}

async function countLedger(engine: Engine, range: LedgerRange): Promise<{ span: number; log: number }> {
  const result = await engine.client.query({
    query: `SELECT countIf(signal = 'span') AS span, countIf(signal = 'log') AS log FROM ledger
      WHERE origin = {origin:UInt16} AND cursor BETWEEN {first:UInt64} AND {last:UInt64}`,
    query_params: { origin: range.origin, first: range.first.toString(), last: range.last.toString() },
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ span: string | number; log: string | number }>();
  return { span: Number(row?.span ?? 0), log: Number(row?.log ?? 0) };
}

const CONFLICT_INSERT = `INSERT INTO conflict_rows
    (tenant, signal, trace_id, span_id, event_id, kept_origin, kept_cursor, other_origin, other_cursor)
  SELECT tenant, CAST(signal AS Enum8('span' = 1, 'log' = 2)), unhex(traceId), unhex(spanId), eventId, keptOrigin, keptCursor,
    origin, cursor
  FROM input('tenant String, signal String, traceId String, spanId String, eventId String, keptOrigin UInt16, keptCursor UInt64,
    origin UInt16, cursor UInt64')
  FORMAT JSONEachRow`;

async function noteConflicts(engine: Engine, losers: readonly Loser[]): Promise<void> {
  if (losers.length === 0) return;
  await engine.insert(CONFLICT_INSERT, Buffer.from(losers.map((one) => JSON.stringify(one)).join('\n')), {
    input_format_skip_unknown_fields: '1',
  });
}
