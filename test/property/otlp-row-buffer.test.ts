import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { viewOf } from '../../collector/src/otlp/byte-views.ts';
import { RowBuffer } from '../../collector/src/otlp/row-buffer.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

let fixture: TestEngine;

beforeAll(async () => {
  fixture = await startTestEngine();
});
afterAll(() => fixture.stop());

/** A value in both worlds: as SQL that the engine evaluates, and as the call that writes it. */
interface Written {
  readonly sql: string;
  write(buffer: RowBuffer): void;
}

/** What the engine prints for the expressions, in hex. */
async function printed(values: readonly Written[]): Promise<string> {
  // The values may be longer than a URL or the parser's own limit for a query.
  const { stream } = await fixture.engine.client.exec({
    query: `SELECT hex(formatRow('RowBinary', ${values.map((value) => value.sql).join(', ')})) FORMAT TabSeparatedRaw`,
    clickhouse_settings: { max_query_size: '10000000', max_parser_backtracks: '0' },
  });
  return (await text(stream)).trim().toLowerCase();
}

function ours(values: readonly Written[]): string {
  const buffer = new RowBuffer(1);
  for (const value of values) value.write(buffer);
  return buffer.bytes.toString('hex', 0, buffer.length);
}

const quotedBytes = (bytes: Uint8Array): string => `unhex('${Buffer.from(bytes).toString('hex')}')`;
const quotedText = (value: string): string => quotedBytes(Buffer.from(value));

const uint8 = fc.integer({ min: 0, max: 255 }).map<Written>((value) => ({
  sql: `toUInt8(${value})`,
  write: (buffer) => buffer.uint8(value),
}));
const uint16 = fc.integer({ min: 0, max: 65_535 }).map<Written>((value) => ({
  sql: `toUInt16(${value})`,
  write: (buffer) => buffer.uint16(value),
}));
const uint32 = fc.integer({ min: 0, max: 0xffffffff }).map<Written>((value) => ({
  sql: `toUInt32(${value})`,
  write: (buffer) => buffer.uint32(value),
}));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map<Written>((value) => ({
  sql: `toInt32(${value})`,
  write: (buffer) => buffer.uint32(value),
}));
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map<Written>((value) => ({
  sql: `toUInt64('${value}')`,
  write: (buffer) => buffer.bigUint64(value),
}));
const halves = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map<Written>((value) => ({
  sql: `toUInt64('${value}')`,
  write: (buffer) => buffer.uint64(Number(value & 0xffffffffn), Number(value >> 32n)),
}));
const bytes = fc.uint8Array({ maxLength: 300 });
const string = fc.tuple(bytes, fc.nat(9)).map<Written>(([value, before]) => ({
  sql: quotedBytes(value),
  write: (buffer) => buffer.string(Buffer.concat([Buffer.alloc(before, 1), value]), before, before + value.length),
}));
const viewed = fc.tuple(bytes, fc.nat(9)).map<Written>(([value, before]) => ({
  sql: quotedBytes(value),
  write: (buffer) => {
    const source = viewOf(Buffer.concat([Buffer.alloc(before, 1), value]));
    buffer.copyString(source, before, before + value.length);
  },
}));
const integer = fc.maxSafeNat().map<Written>((value) => ({
  sql: quotedText(String(value)),
  write: (buffer) => buffer.integer(value),
}));
const unicode = fc.string({ unit: 'binary', maxLength: 200 }).map<Written>((value) => ({
  sql: quotedText(value),
  write: (buffer) => buffer.text(value),
}));
const ascii = fc.string({ unit: 'binary-ascii', maxLength: 200 }).map<Written>((value) => ({
  sql: quotedText(value),
  write: (buffer) => buffer.ascii(value),
}));
const fixedString = fc.uint8Array({ minLength: 16, maxLength: 16 }).map<Written>((value) => ({
  sql: `toFixedString(${quotedBytes(value)}, 16)`,
  write: (buffer) => buffer.raw(value, 0, 16),
}));
const zeros = fc.integer({ min: 1, max: 60 }).map<Written>((size) => ({
  sql: `toFixedString('', ${size})`,
  write: (buffer) => buffer.zeros(size),
}));
const texts = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 200 });
const array = texts.map<Written>((values) => ({
  sql: `CAST([${values.map(quotedText).join(', ')}] AS Array(String))`,
  write: (buffer) => {
    buffer.varint(values.length);
    for (const value of values) buffer.text(value);
  },
}));
const numbers = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 200 }).map<Written>((values) => ({
  sql: `CAST([${values.map((value) => `toUInt64('${value}')`).join(', ')}] AS Array(UInt64))`,
  write: (buffer) => {
    buffer.varint(values.length);
    for (const value of values) buffer.bigUint64(value);
  },
}));
const map = fc.array(fc.tuple(unicode, string), { maxLength: 20 }).map<Written>((pairs) => ({
  sql: `CAST(map(${pairs.flatMap((pair) => pair.map((one) => one.sql)).join(', ')}) AS Map(String, String))`,
  write: (buffer) => {
    buffer.varint(pairs.length);
    for (const one of pairs.flat()) one.write(buffer);
  },
}));

const kinds = [
  uint8,
  uint16,
  uint32,
  int32,
  uint64,
  halves,
  string,
  viewed,
  integer,
  unicode,
  ascii,
  fixedString,
  zeros,
  array,
  numbers,
  map,
];

test('whatever is written is what the engine prints', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 40 }), async (values) => {
      expect(ours(values)).toBe(await printed(values));
    }),
    { numRuns: 60 },
  );
});

test.each([0, 1, 7, 8, 9, 31, 32, 127, 128, 384, 385, 16_383, 16_384, 100_000])('strings of %i bytes', async (size) => {
  const invalid = Buffer.from(Array.from({ length: size }, (_, i) => (i * 7 + 128) & 255));
  const plain = 'a'.repeat(size);
  const values: Written[] = [
    { sql: quotedBytes(invalid), write: (buffer) => buffer.string(invalid, 0, size) },
    { sql: quotedBytes(invalid), write: (buffer) => buffer.copyString(viewOf(invalid), 0, size) },
    { sql: quotedText(plain), write: (buffer) => buffer.text(plain) },
    { sql: quotedText(plain), write: (buffer) => buffer.ascii(plain) },
  ];
  expect(ours(values)).toBe(await printed(values));
});

test('offsets stay valid while the buffer grows', () => {
  const buffer = new RowBuffer(1);
  const whole = Array.from({ length: 2000 }, (_, i) => i & 255);
  for (const value of whole) {
    buffer.uint8(value);
    buffer.raw(buffer.bytes, buffer.length - 1, buffer.length);
    buffer.copy(buffer.view, buffer.length - 1, buffer.length);
  }
  expect([...buffer.bytes.subarray(0, buffer.length)]).toEqual(whole.flatMap((value) => [value, value, value]));
});
