import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { statusOf } from '../otlp/answers.ts';
import { randomId, toBinary, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { sendRaw, spansOf } from './payload-fixture.ts';

let collector: Collector;

beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

function bodyWith(span: object): string {
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}

const COLUMNS = `name, kind, parent_span_id, status_code, toString(start_time_unix_nano) AS start,
  toString(end_time_unix_nano) AS end, attributes, attribute_kinds`;

test('ids in hex of any case, enums as integers, int64 as string or number, bytes in base64', async () => {
  const traceId = randomId();
  const parentSpanId = randomId(8);
  const said = await sendRaw(
    collector,
    'traces',
    bodyWith({
      traceId: traceId.toUpperCase(),
      spanId: randomId(8).toUpperCase(),
      parentSpanId: parentSpanId.toUpperCase(),
      name: 'flavours',
      kind: 3,
      startTimeUnixNano: '1768219200000000003',
      endTimeUnixNano: 1768219201000000000,
      status: { code: 1 },
      attributes: [
        { key: 'intText', value: { intValue: '9007199254740993' } },
        { key: 'intNumber', value: { intValue: 42 } },
        { key: 'double', value: { doubleValue: 1.5 } },
        { key: 'doubleWhole', value: { doubleValue: 2 } },
        { key: 'nan', value: { doubleValue: 'NaN' } },
        { key: 'bytes', value: { bytesValue: 'AP8=' } },
        { key: 'none', value: {} },
        { key: 'missing' },
      ],
    }),
    'json',
  );
  expect([said.status, said.rejected]).toEqual([200, 0]);
  expect(await spansOf(collector, traceId, COLUMNS)).toEqual([
    {
      name: 'flavours',
      kind: 'client',
      parent_span_id: parentSpanId,
      status_code: 'ok',
      start: '1768219200000000003',
      end: '1768219201000000000',
      attributes: {
        intText: '9007199254740993',
        intNumber: '42',
        double: '1.5',
        doubleWhole: '2',
        nan: 'NaN',
        bytes: 'AP8=',
        none: '',
        missing: '',
      },
      attribute_kinds: 'iidddyee',
    },
  ]);
});

test('unknown fields are ignored at every level, nulls count as not set', async () => {
  const traceId = randomId();
  const text = JSON.stringify({
    futureTop: 1,
    resourceSpans: [
      {
        futureResource: {},
        resource: { attributes: null, future: [] },
        schemaUrl: null,
        scopeSpans: [
          {
            future: 'x',
            scope: { future: 1 },
            spans: [
              {
                traceId,
                spanId: randomId(8),
                name: 'known',
                future: { deep: [1, { traceId: 'no id' }] },
                events: null,
                status: null,
                attributes: [{ key: 'a', value: { stringValue: 'b', future: 1 }, future: 2 }],
              },
            ],
          },
        ],
      },
    ],
  });
  const said = await sendRaw(collector, 'traces', text, 'json');
  expect([said.status, said.rejected]).toEqual([200, 0]);
  expect(await spansOf(collector, traceId, 'name, attributes')).toEqual([{ name: 'known', attributes: { a: 'b' } }]);
});

test.each([
  ['no JSON', 'hello'],
  ['cut off', '{"resourceSpans":[{'],
  ['an array', '[]'],
  ['a string', '"x"'],
  ['null', 'null'],
  ['nothing', ''],
  ['a list that is none', '{"resourceSpans":{}}'],
  ['a resource that is none', '{"resourceSpans":[1]}'],
  ['spans that are none', '{"resourceSpans":[{"scopeSpans":[{"spans":"x"}]}]}'],
])('malformed JSON (%s) is a 400 with a Status, never a 500', async (_how, text) => {
  const { status, answer } = await sendRaw(collector, 'traces', text, 'json');
  expect([status, answer.contentType]).toEqual([400, 'application/json']);
  expect(statusOf(answer).message).toMatch(/^[A-Z_]+: ./);
});

test.each([
  ['cut off', toBinary(traceBody([{}])).slice(0, -3)],
  ['an endless number', new Uint8Array(12).fill(0xff)],
  ['a length beyond the end', new Uint8Array([0x0a, 0xff, 0xff, 0xff, 0x7f])],
  ['field number 0', new Uint8Array([0x02, 0x00])],
  ['text', new Uint8Array(Buffer.from('{"resourceSpans":[]}'))],
])('malformed protobuf (%s) is a 400 with a Status, never a 500', async (_how, bytes) => {
  const { status, answer } = await sendRaw(collector, 'traces', bytes, 'protobuf');
  expect([status, answer.contentType]).toEqual([400, 'application/x-protobuf']);
  expect(statusOf(answer).message).toMatch(/^[A-Z_]+: ./);
});

test('whatever is broken in a body, the answer is 200 or 400 and the collector goes on', async () => {
  const request = traceBody([{ attributes: { a: [1, { b: 'c' }], d: null } }, {}]);
  const wholes = [
    ['protobuf', Buffer.from(toBinary(request))],
    ['json', Buffer.from(toOtlpJsonText(request))],
  ] as const;
  const change = fc.record({ at: fc.nat(400), byte: fc.integer({ min: 0, max: 255 }), drop: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...wholes),
      fc.array(change, { minLength: 1, maxLength: 5 }),
      async ([encoding, whole], changes) => {
        let bytes = Buffer.from(whole);
        for (const { at, byte, drop } of changes) {
          const start = at % bytes.length;
          bytes = Buffer.concat([bytes.subarray(0, start), Buffer.from([byte]), bytes.subarray(start + drop)]);
        }
        const { status } = await sendRaw(collector, 'traces', new Uint8Array(bytes), encoding);
        expect([200, 400]).toContain(status);
      },
    ),
    { numRuns: 150 },
  );
  const traceId = randomId();
  await sendRaw(collector, 'traces', toBinary(traceBody([{ traceId, name: 'still here' }])), 'protobuf');
  expect(await spansOf(collector, traceId, 'name')).toEqual([{ name: 'still here' }]);
});
