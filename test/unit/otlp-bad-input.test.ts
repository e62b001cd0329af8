import { expect, test } from 'vitest';
import { InputError } from '../../collector/src/errors.ts';
import type { Transcoded } from '../../collector/src/otlp/transcode.ts';
import type { Encoding, Signal } from '../../collector/src/otlp/transcoder.ts';
import { logBody, type OtlpRequest, toBinary, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { pairsOf } from '../otlp/ingest-rows.ts';
import { signalOf, transcoding } from '../otlp/transcoding.ts';

const one = transcoding();

/** A small body with a bit of everything. */
const request = traceBody(
  [
    { attributes: { text: 'x', list: [1, { b: new Uint8Array([1]) }], int: -1, none: null }, traceState: 'a=b' },
    { events: [{ name: 'e', timeUnixNano: 5n }], links: [{ traceId: new Uint8Array(16) }], status: { code: 2 } },
  ],
  { resource: { 'service.name': 's' }, scopeAttributes: { a: true } },
);
const logs = logBody([
  { body: { a: [1.5] }, attributes: { 'spanledger.event.id': 'e' }, traceId: 'ab'.repeat(16) },
  {},
]);
const bodies: [Signal, Encoding, Buffer][] = [request, logs].flatMap((message: OtlpRequest) => [
  [signalOf(message), 'protobuf', Buffer.from(toBinary(message))],
  [signalOf(message), 'json', Buffer.from(toOtlpJsonText(message))],
]);

/** Sends a broken body: it is refused as a whole, or each record is accepted or rejected; rows and rejects tell the same. */
function expectOrder(signal: Signal, encoding: Encoding, body: Uint8Array, most: number): void {
  one.clear();
  let result: Transcoded;
  try {
    result = one.take(signal, encoding, body);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(InputError);
    expect([one.rows.ingest.length, one.rows.rejects.length]).toEqual([0, 0]);
    return;
  }
  expect(result.accepted + result.rejected).toBeLessThanOrEqual(most);
  expect([one.read().length, one.rejected().length]).toEqual([result.accepted, result.rejected]);
  expect(result.message === '').toBe(result.rejected === 0);
}

test.each(bodies)('a body of %s in %s cut off at any byte', (signal, encoding, body) => {
  for (let end = 0; end < body.length; end++) expectOrder(signal, encoding, body.subarray(0, end), 2);
});

test.each(bodies)('a body of %s in %s with any byte changed', (signal, encoding, body) => {
  const changes = [1, 2, 4, 8, 16, 32, 64, 128, 127, 255];
  for (let at = 0; at < body.length; at++) {
    const changed = Buffer.from(body);
    for (const change of changes) {
      changed[at] = (body[at] as number) ^ change;
      // A changed length can make two records of one, but each takes two bytes at least.
      expectOrder(signal, encoding, changed, body.length / 2);
    }
  }
});

/** Protobuf: a field of length-delimited bytes. */
function field(number: number, ...content: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const size: number[] = [];
  let rest = bytes.length;
  for (; rest > 127; rest >>>= 7) size.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...size, rest]), bytes]);
}

/** A request of spans given as bytes. */
const spansOf = (...spans: Uint8Array[]): Buffer => field(1, field(2, ...spans.map((span) => field(2, span))));
const IDS = Buffer.concat([field(1, Buffer.alloc(16, 1)), field(2, Buffer.alloc(8, 1))]);
const good = IDS;
const bytesOf = (...bytes: number[]): Buffer => Buffer.from(bytes);
const ENDLESS = Buffer.alloc(11, 0xff);

test.each([
  ['a kind of eleven bytes', bytesOf(0x30), ENDLESS],
  ['a kind that does not end', bytesOf(0x30, 0x80)],
  ['a tag of eleven bytes', ENDLESS],
  ['field number 0', bytesOf(0x00, 0x00)],
  ['a field number over 2^29', bytesOf(0x80, 0x80, 0x80, 0x80, 0x10, 0x00)],
  ['wire type 6', bytesOf(0x06)],
  ['wire type 7', bytesOf(0x07)],
  ['the end of no group', bytesOf(0xa4, 0x01)],
  ['a group that does not end', bytesOf(0xa3, 0x01)],
  ['a group closed by another', bytesOf(0xa3, 0x01, 0xac, 0x01)],
  ['101 groups in each other', Buffer.concat(Array<Buffer>(101).fill(bytesOf(0xa3, 0x01)))],
  ['a length over the span', bytesOf(0x2a, 0x05, 0x41)],
  ['a length of 2^31', bytesOf(0x2a, 0x80, 0x80, 0x80, 0x80, 0x08)],
  ['a length of 2^32', bytesOf(0x2a, 0x80, 0x80, 0x80, 0x80, 0x10)],
  ['a length of 2^63', bytesOf(0x2a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01)],
  ['a time of seven bytes', bytesOf(0x39, 1, 2, 3, 4, 5, 6, 7)],
  ['an attribute with a length over it', field(9, bytesOf(0x0a, 0x09, 0x61))],
  ['a value with a length over it', field(9, field(1, Buffer.from('k')), field(2, bytesOf(0x0a, 0x09, 0x61)))],
  ['an event with a length over it', field(11, bytesOf(0x12, 0x09))],
  ['an attribute of a link with a length over it', field(13, field(4, bytesOf(0x0a, 0x09)))],
  ['a status with a length over it', field(15, bytesOf(0x12, 0x09))],
  ['a number of more than 64 bits', bytesOf(0x30, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02)],
])('%s rejects its span alone', (_what, ...parts) => {
  const bad = Buffer.concat([IDS, ...(parts as Buffer[])]);
  one.clear();
  expect(one.take('traces', 'protobuf', spansOf(good, bad, good))).toMatchObject({ accepted: 2, rejected: 1 });
  expect(one.read()).toHaveLength(2);
  expect(one.rejected()).toMatchObject([{ code: 'MALFORMED_PROTOBUF', encoding: 'protobuf', signal: 1 }]);
  expect(one.rejected()[0]?.raw.equals(bad)).toBe(true);
});

test.each([
  ['a resource', field(1, field(1, bytesOf(0x0a, 0x09)), field(2, field(2, good)))],
  ['a scope', field(1, field(2, field(1, bytesOf(0x0a, 0x09)), field(2, good)))],
  ['a record list', field(1, field(2, bytesOf(0x12, 0x7f), good))],
  ['the rest of the body', Buffer.concat([spansOf(good), bytesOf(0x0a, 0x7f)])],
])('%s that is malformed refuses the request as a whole and leaves the rows of others', (_what, body) => {
  one.clear();
  one.take('traces', 'protobuf', spansOf(good, bytesOf()));
  const before = { rows: one.bytes(), rejected: one.rejected() };
  expect(() => one.take('traces', 'protobuf', body)).toThrow(InputError);
  expect({ rows: one.bytes(), rejected: one.rejected() }).toEqual(before);
  one.take('traces', 'protobuf', spansOf(good));
  expect(one.read()).toHaveLength(2);
  expect(one.bytes().subarray(0, before.rows.length)).toEqual(before.rows);
});

test('a value that comes twice is not merged: the later counts, as of equal keys', () => {
  const value = (text: string): Buffer => field(2, field(1, Buffer.from(text)));
  const attribute = field(9, field(1, Buffer.from('k')), value('first'), value('last'));
  one.clear();
  one.take('traces', 'protobuf', spansOf(Buffer.concat([IDS, attribute])));
  expect(pairsOf(one.read()[0], 'attributes')).toEqual([['k', 'last']]);
});
