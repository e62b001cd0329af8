import type { Engine } from '../engine/engine-contract.ts';
import type { LedgerRange } from '../project/read-canonical.ts';
import type { Loser } from './loser.ts';

const IN_RANGE = 'origin = {origin:UInt16} AND cursor BETWEEN {first:UInt64} AND {last:UInt64}';

/**
 * Finds log records of a range whose event id had come before, under whichever run and on whichever day. A record without an event id
 * is named by its content: it can be a duplicate, never a conflict.
 */
export async function findLogLosers(engine: Engine, range: LedgerRange): Promise<Loser[]> {
  const result = await engine.client.query({
    query: `WITH own AS (SELECT DISTINCT tenant, event_id, origin, cursor, other_hash FROM event_names WHERE ${IN_RANGE})
    SELECT tenant, event_id AS eventId, own.origin AS origin, toString(own.cursor) AS cursor,
      first.origin AS keptOrigin, toString(first.cursor) AS keptCursor,
      CAST(own.other_hash != first.other_hash AS Bool) AS conflicting
    FROM own
    INNER JOIN (
      SELECT tenant, event_id, argMin(event_names.origin, event_names.cursor) AS origin, min(event_names.cursor) AS cursor,
        argMin(event_names.other_hash, event_names.cursor) AS other_hash
      FROM event_names
      WHERE (tenant, event_id) IN (SELECT tenant, event_id FROM own)
      GROUP BY tenant, event_id
    ) AS first USING (tenant, event_id)
    WHERE own.cursor != first.cursor`,
    query_params: { origin: range.origin, first: range.first.toString(), last: range.last.toString() },
    format: 'JSONEachRow',
  });
  const rows = await result.json<Omit<Loser, 'signal' | 'traceId' | 'spanId'>>();
  return rows.map((row) => ({ ...row, signal: 'log', traceId: '', spanId: '' }));
}
