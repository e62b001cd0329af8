import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../collector/src/errors.ts';
import { CanonicalReplay } from '../../collector/src/otlp/canonical-replay.ts';
import { RowBuffer } from '../../collector/src/otlp/row-buffer.ts';
import { logBody, type OtlpRequest, randomId, traceBody } from '../otlp/bodies.ts';
import { type IngestRow, readRows } from '../otlp/ingest-rows.ts';
import { RECEIVED_AT, TENANT, transcoding } from '../otlp/transcoding.ts';
import type { Value } from '../otlp/values.ts';
import { logsRequest, traceRequest } from './otlp-messages.ts';

const one = transcoding();
const replay = new CanonicalReplay();

function rowsOf(request: OtlpRequest): IngestRow[] {
  one.clear();
  expect(one.send(request).rejected).toBe(0);
  return one.read();
}

function replayed(row: IngestRow): IngestRow {
  const rows = new RowBuffer(16);
  replay.write(row.canonical, rows);
  const [again, ...others] = readRows(Buffer.from(rows.bytes.subarray(0, rows.length)));
  expect(others).toEqual([]);
  return again as IngestRow;
}

/** The replay gives the same fields and targets again. */
function expectSame(row: IngestRow, again: IngestRow): void {
  expect(again.canonical.equals(row.canonical)).toBe(true);
  expect(row.bytes.toString('hex')).toBe(again.bytes.toString('hex'));
}

test('a record replayed from its canonical bytes is the row that the transcoder wrote', () => {
  fc.assert(
    fc.property(fc.oneof(traceRequest, logsRequest), (request) => {
      for (const row of rowsOf(request)) expectSame(row, replayed(row));
    }),
    { numRuns: 200 },
  );
});

test('meanings are found again behind more keys than the key table holds', () => {
  const attributes: [string, Value][] = Array.from({ length: 10_000 }, (_, i) => [`key.${i}`, i]);
  attributes.push(['spanledger.run.id', 'run'], ['user.id', 'someone']);
  const [row] = rowsOf(traceBody([{ attributes }]));
  expectSame(row as IngestRow, replayed(row as IngestRow));
});

test('the name of a record is read from its bytes', () => {
  const traceId = randomId();
  const spanId = randomId(8);
  const attributes = { 'spanledger.event.id': 'event-1' };
  const rows = [...rowsOf(traceBody([{ traceId, spanId }])), ...rowsOf(logBody([{ traceId, spanId, attributes }, {}]))];
  const names = rows.map((row) => replay.name(row.canonical));
  const cursors = rows.map((row) => row.cells['cursor']);
  expect(names).toEqual([
    { cursor: cursors[0], origin: 3, tenant: TENANT, traceId, spanId },
    { cursor: cursors[1], origin: 3, tenant: TENANT, traceId, spanId },
    { cursor: cursors[2], origin: 3, tenant: TENANT, traceId: '0'.repeat(32), spanId: '0'.repeat(16) },
  ]);
  expect(rows.map((row) => row.cells['received_at'])).toEqual([RECEIVED_AT, RECEIVED_AT, RECEIVED_AT]);
});

test('bytes of another version, cut off or too long are refused', () => {
  const [row] = rowsOf(traceBody([{ attributes: { a: 'b' }, events: [{ name: 'e' }], links: [{}] }]));
  const canonical = (row as IngestRow).canonical;
  const refuse = (bytes: Buffer): void => expect(() => replay.write(bytes, new RowBuffer(16))).toThrow(InputError);
  refuse(Buffer.concat([Buffer.from([2]), canonical.subarray(1)]));
  refuse(Buffer.concat([canonical, Buffer.from([0])]));
  for (let end = 0; end < canonical.length; end++) refuse(canonical.subarray(0, end));
});
