import { createHash } from 'node:crypto';
import type { Engine } from '../engine/engine-contract.ts';
import { CanonicalReplay, type RecordName } from '../otlp/canonical-replay.ts';
import { HEADER_BYTES } from '../otlp/record-layout.ts';
import { type LedgerRange, readCanonical } from '../project/read-canonical.ts';
import type { Loser } from './loser.ts';

const NAMES_AT_ONCE = 500;

interface Named {
  readonly record: RecordName;
  readonly hash: string;
}

/** Compares the spans of a range with the first of their name, some at a time. */
export async function* findSpanLosers(engine: Engine, range: LedgerRange): AsyncGenerator<Loser[]> {
  const replay = new CanonicalReplay();
  let pending: Named[] = [];
  for await (const canonical of readCanonical(engine, range, 'span')) {
    pending.push({ record: replay.name(canonical), hash: contentHash(canonical) });
    if (pending.length < NAMES_AT_ONCE) continue;
    yield await judge(engine, pending);
    pending = [];
  }
  yield await judge(engine, pending);
}

function contentHash(canonical: Uint8Array): string {
  return createHash('sha256').update(canonical.subarray(HEADER_BYTES)).digest('hex').slice(0, 32);
}

const nameOf = (record: RecordName): string => record.traceId + record.spanId;

async function judge(engine: Engine, spans: readonly Named[]): Promise<Loser[]> {
  const winners = await readWinners(engine, [...new Set(spans.map(({ record }) => nameOf(record)))]);
  return spans.flatMap(({ record, hash }) => {
    const winner = winners.get(`${record.tenant}\n${nameOf(record)}`);
    const cursor = record.cursor.toString();
    if (winner === undefined || winner.cursor === cursor) return [];
    const { tenant, traceId, spanId, origin } = record;
    const kept = { keptOrigin: winner.origin, keptCursor: winner.cursor, conflicting: winner.hash !== hash };
    return [{ tenant, signal: 'span', traceId, spanId, eventId: '', origin, cursor, ...kept }];
  });
}

interface Winner {
  readonly tenant: string;
  readonly name: string;
  readonly origin: number;
  readonly cursor: string;
  readonly hash: string;
}

const WINNERS = `SELECT tenant, concat(lower(hex(trace_id)), lower(hex(span_id))) AS name,
    argMin(span_rows.origin, span_rows.cursor) AS origin, toString(min(span_rows.cursor)) AS cursor,
    lower(hex(argMin(content_hash, span_rows.cursor))) AS hash
  FROM span_rows
  WHERE NOT is_deleted AND (trace_id, span_id) IN (
    SELECT CAST(unhex(substring(one, 1, 32)) AS FixedString(16)), CAST(unhex(substring(one, 33)) AS FixedString(8))
    FROM (SELECT arrayJoin({names:Array(String)}) AS one))
  GROUP BY tenant, name`;

async function readWinners(engine: Engine, names: readonly string[]): Promise<Map<string, Winner>> {
  if (names.length === 0) return new Map();
  const result = await engine.client.query({
    query: WINNERS,
    query_params: { names },
    format: 'JSONEachRow',
    use_multipart_params: true,
  });
  const rows = await result.json<Winner>();
  return new Map(rows.map((row) => [`${row.tenant}\n${row.name}`, row]));
}
