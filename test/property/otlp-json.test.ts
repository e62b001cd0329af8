import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEADER_BYTES } from '../../collector/src/otlp/record-layout.ts';
import { type OtlpRequest, toBinary, toOtlpJson, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { pairsOf, textOf } from '../otlp/ingest-rows.ts';
import { signalOf, transcoding } from '../otlp/transcoding.ts';
import { otherJsonText } from './otlp-json-text.ts';
import { logsRequest, traceRequest } from './otlp-messages.ts';
import { randomOf } from './otlp-wire.ts';

const one = transcoding();

/** The rows of a body without their headers, in which cursors differ. */
function rowsOf(request: OtlpRequest, body: Uint8Array | string): string[] {
  one.clear();
  const result = one.take(signalOf(request), typeof body === 'string' ? 'json' : 'protobuf', body);
  expect(result).toMatchObject({ rejected: 0, message: '' });
  return one.read().map((row) => row.bytes.toString('hex', HEADER_BYTES));
}

test('protobuf and JSON of the same content give the same rows, but for their headers', () => {
  fc.assert(
    fc.property(fc.oneof(traceRequest, logsRequest), (request) => {
      expect(
        rowsOf(
          request,
          otherJsonText(toOtlpJson(request), () => 1),
        ),
      ).toEqual(rowsOf(request, toBinary(request)));
    }),
    { numRuns: 150 },
  );
});

test('so do all legal forms of JSON', () => {
  fc.assert(
    fc.property(fc.oneof(traceRequest, logsRequest), fc.nat(2 ** 31), (request, seed) => {
      const text = otherJsonText(toOtlpJson(request), randomOf(seed));
      expect(rowsOf(request, text)).toEqual(rowsOf(request, toBinary(request)));
    }),
    { numRuns: 250 },
  );
});

test.each([
  ['9007199254740993', '9007199254740993'],
  ['"9007199254740993"', '9007199254740993'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['"9223372036854775807"', '9223372036854775807'],
  ['1e3', '1000'],
  ['7.0', '7'],
  ['-0', '0'],
])('an int64 given as %s is %s', (given, expected) => {
  one.clear();
  const text = toOtlpJsonText(traceBody([{ attributes: { int: 4711 } }])).replace('"4711"', given);
  one.take('traces', 'json', text);
  expect(pairsOf(one.read()[0], 'attributes')).toEqual([['int', expected]]);
  expect(textOf(one.read()[0], 'attribute_kinds')).toBe('i');
});

test.each(['9223372036854775808', '"-9223372036854775809"', '1.5', '"1.5"', '"0x10"', '""', 'true', '[]', '1e300'])(
  'an int64 given as %s rejects its span alone',
  (given) => {
    one.clear();
    const text = toOtlpJsonText(traceBody([{ attributes: { int: 4711 } }, {}])).replace('"4711"', given);
    expect(one.take('traces', 'json', text)).toMatchObject({ accepted: 1, rejected: 1 });
    expect(one.rejected()).toMatchObject([{ code: 'WRONG_TYPE', encoding: 'json', signal: 1 }]);
  },
);
