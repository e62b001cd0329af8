import { createHash } from 'node:crypto';
import type { Engine } from '../engine/engine-contract.ts';
import { CanonicalReplay, type RecordName } from '../otlp/canonical-replay.ts';
import { HEADER_BYTES } from '../otlp/record-layout.ts';
import { type LedgerRange, readCanonical } from './read-canonical.ts';

/** What a range of the ledger holds, and how many of its records did not count, since their name had come before. */
export interface RangeCount {
  /** Records in the ledger. */
  readonly records: number;
  /** The same content again. */
  readonly duplicates: number;
  /** Other content under the same name; kept in the ledger and noted in `conflict_rows`. */
  readonly conflicts: number;
}

interface Winner {
  readonly tenant: string;
  readonly name: string;
  readonly origin: number;
  readonly cursor: string;
  readonly hash: string;
}

const NAMES_AT_ONCE = 500;

/**
 * Finds records of the range whose name an earlier record has. The derived tables hold the first record of each name, so most ranges
 * are done with counts alone.
 *
 * @param spans number of the range's spans that count, as settling found it
 */
export async function findRepetitions(engine: Engine, range: LedgerRange, spans: number): Promise<RangeCount> {
  const ledger = await countLedger(engine, range);
  const counted = { span: spans, log: ledger.log === 0 ? 0 : await countLogs(engine, range) };
  let duplicates = 0;
  let conflicts = 0;
  for (const signal of ['span', 'log'] as const) {
    if (ledger[signal] === counted[signal]) continue;
    const found = await compareNames(engine, range, signal);
    duplicates += found.duplicates;
    conflicts += found.conflicts;
  }
  return { records: ledger.span + ledger.log, duplicates, conflicts };
}

type Repetitions = Omit<RangeCount, 'records'>;

const IN_RANGE = 'origin = {origin:UInt16} AND cursor BETWEEN {first:UInt64} AND {last:UInt64}';

async function count(engine: Engine, range: LedgerRange, query: string): Promise<Record<string, number>> {
  const result = await engine.client.query({
    query,
    query_params: { origin: range.origin, first: range.first.toString(), last: range.last.toString() },
    format: 'JSONEachRow',
  });
  const [row] = await result.json<Record<string, string | number>>();
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
}

async function countLedger(engine: Engine, range: LedgerRange): Promise<{ span: number; log: number }> {
  const { span = 0, log = 0 } = await count(
    engine,
    range,
    `SELECT countIf(signal = 'span') AS span, countIf(signal = 'log') AS log FROM ledger WHERE ${IN_RANGE}`,
  );
  return { span, log };
}

/** Log records of the range that are the first of their name. A record that was moved to another run keeps its cursor. */
async function countLogs(engine: Engine, range: LedgerRange): Promise<number> {
  const { first = 0 } = await count(
    engine,
    range,
    `WITH named AS (SELECT DISTINCT tenant, run_id, event_id, event_date FROM event_rows WHERE ${IN_RANGE} AND source = 'log')
    SELECT uniqExactIf(position, position BETWEEN {first:UInt64} AND {last:UInt64}) AS first
    FROM (
      SELECT min(event_rows.cursor) AS position FROM event_rows
      WHERE (tenant, run_id, event_id) IN (SELECT tenant, run_id, event_id FROM named)
        AND event_date IN (SELECT event_date FROM named)
      GROUP BY tenant, run_id, event_id)`,
  );
  return first;
}

async function compareNames(engine: Engine, range: LedgerRange, signal: 'span' | 'log'): Promise<Repetitions> {
  const replay = new CanonicalReplay();
  let duplicates = 0;
  let conflicts = 0;
  let pending: { record: RecordName; hash: string }[] = [];
  const flush = async (): Promise<void> => {
    const found = await judge(engine, signal, pending);
    duplicates += found.duplicates;
    conflicts += found.conflicts;
    pending = [];
  };
  for await (const canonical of readCanonical(engine, range, signal)) {
    pending.push({ record: replay.name(canonical), hash: contentHash(canonical) });
    if (pending.length >= NAMES_AT_ONCE) await flush();
  }
  await flush();
  return { duplicates, conflicts };
}

function contentHash(canonical: Uint8Array): string {
  return createHash('sha256').update(canonical.subarray(HEADER_BYTES)).digest('hex').slice(0, 32);
}

async function judge(
  engine: Engine,
  signal: 'span' | 'log',
  records: readonly { record: RecordName; hash: string }[],
): Promise<Repetitions> {
  // A log record without an event id is named by its content: it can be a duplicate, never a conflict.
  const nameOf = ({ record, hash }: { record: RecordName; hash: string }): string => {
    if (signal === 'span') return `${record.traceId}${record.spanId}`;
    return record.eventId === '' ? hash : record.eventId;
  };
  const winners = await readWinners(engine, signal, [...new Set(records.map(nameOf))]);
  let duplicates = 0;
  const conflicts: object[] = [];
  for (const one of records) {
    const winner = winners.get(`${one.record.tenant}\n${nameOf(one)}`);
    if (winner === undefined || BigInt(winner.cursor) === one.record.cursor) continue;
    if (winner.hash === one.hash) duplicates += 1;
    else conflicts.push(conflictRow(signal, one.record, winner));
  }
  if (conflicts.length > 0) {
    await engine.insert(CONFLICT_INSERT, Buffer.from(conflicts.map((row) => JSON.stringify(row)).join('\n')));
  }
  return { duplicates, conflicts: conflicts.length };
}

const CONFLICT_INSERT = `INSERT INTO conflict_rows
    (tenant, signal, trace_id, span_id, event_id, kept_origin, kept_cursor, other_origin, other_cursor)
  SELECT tenant, CAST(signal AS Enum8('span' = 1, 'log' = 2)), unhex(trace), unhex(span), event_id, kept_origin, kept_cursor,
    other_origin, other_cursor
  FROM input('tenant String, signal String, trace String, span String, event_id String, kept_origin UInt16, kept_cursor UInt64,
    other_origin UInt16, other_cursor UInt64')
  FORMAT JSONEachRow`;

function conflictRow(signal: 'span' | 'log', record: RecordName, winner: Winner): object {
  return {
    tenant: record.tenant,
    signal,
    trace: record.traceId,
    span: record.spanId,
    event_id: record.eventId,
    kept_origin: winner.origin,
    kept_cursor: winner.cursor,
    other_origin: record.origin,
    other_cursor: record.cursor.toString(),
  };
}

const WINNER_QUERIES = {
  span: `SELECT tenant, concat(lower(hex(trace_id)), lower(hex(span_id))) AS name,
      argMin(span_rows.origin, span_rows.cursor) AS origin, toString(min(span_rows.cursor)) AS cursor,
      lower(hex(argMin(content_hash, span_rows.cursor))) AS hash
    FROM span_rows
    WHERE NOT is_deleted AND (trace_id, span_id) IN (
      SELECT CAST(unhex(substring(one, 1, 32)) AS FixedString(16)), CAST(unhex(substring(one, 33)) AS FixedString(8))
      FROM (SELECT arrayJoin({names:Array(String)}) AS one))
    GROUP BY tenant, name`,
  log: `SELECT tenant, event_id AS name,
      argMin(event_rows.origin, event_rows.cursor) AS origin, toString(min(event_rows.cursor)) AS cursor,
      lower(hex(argMin(content_hash, event_rows.cursor))) AS hash
    FROM event_rows
    WHERE event_id IN {names:Array(String)}
    GROUP BY tenant, name`,
};

async function readWinners(
  engine: Engine,
  signal: 'span' | 'log',
  names: readonly string[],
): Promise<Map<string, Winner>> {
  if (names.length === 0) return new Map();
  const result = await engine.client.query({
    query: WINNER_QUERIES[signal],
    query_params: { names },
    format: 'JSONEachRow',
    use_multipart_params: true,
  });
  const rows = await result.json<Winner>();
  return new Map(rows.map((row) => [`${row.tenant}\n${row.name}`, row]));
}
