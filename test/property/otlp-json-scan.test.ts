import { expect, test } from 'vitest';
import { InputError } from '../../collector/src/errors.ts';
import { HEADER_BYTES } from '../../collector/src/otlp/record-layout.ts';
import type { Signal } from '../../collector/src/otlp/transcoder.ts';
import { toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { transcoding } from '../otlp/transcoding.ts';
import { otherJsonText } from './otlp-json-text.ts';
import { mutated, SEEDS, validBodies } from './otlp-mutated.ts';
import { randomOf } from './otlp-wire.ts';

// A body is read from its bytes where it is in its usual form, else it is parsed first. A byte order mark makes any body be parsed.

const COUNT = Number(process.env['MUTATIONS'] ?? 3000);
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const one = transcoding();

/** All that becomes of a body, but for the headers of rows, in which cursors differ. */
function outcome(signal: Signal, body: Uint8Array): unknown {
  one.clear();
  try {
    const result = one.take(signal, 'json', body);
    const rows = one.read().map((row) => row.bytes.toString('hex', HEADER_BYTES));
    return { result, rows, rejected: one.rejected(), content: one.content() };
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    expect([one.rows.ledger.length, one.rows.ingest.length, one.rows.content.length]).toEqual([0, 0, 0]);
    return `${thrown.code}: ${thrown.message}`;
  }
}

function expectSame(signal: Signal, body: Uint8Array | string): void {
  const bytes = Buffer.from(body as string);
  const parsed = outcome(signal, Buffer.concat([MARK, bytes]));
  expect(outcome(signal, bytes), bytes.toString().slice(0, 5000)).toEqual(parsed);
}

test.each(SEEDS)(
  'what is read from its bytes is the same as what is parsed first (seed %i)',
  (seed) => {
    const random = randomOf(seed);
    for (const { signal, encoding, bytes } of validBodies(seed)) {
      if (encoding !== 'json') continue;
      expectSame(signal, bytes);
      expectSame(signal, otherJsonText(JSON.parse(Buffer.from(bytes).toString()), random));
      expectSame(signal, JSON.stringify(JSON.parse(Buffer.from(bytes).toString()), null, 2));
    }
  },
  120_000,
);

test.each(SEEDS)(
  'so it is of mutated bodies (seed %i)',
  (seed) => {
    const bodies = validBodies(seed).filter(({ encoding }) => encoding === 'json');
    const random = randomOf(seed);
    for (let i = 0; i < COUNT / 3; i++) {
      const { signal, bytes } = mutated(bodies, random);
      expectSame(signal, bytes);
    }
  },
  COUNT * 10 + 60_000,
);

const template = toOtlpJsonText(traceBody([{ attributes: { text: 'TEXT', int: 4711 }, events: [{ name: 'e' }] }, {}]));

test.each([
  ...[
    '1',
    '0',
    '-1',
    '999999999999999999',
    '9007199254740993',
    '12345678901234567890',
    '"007"',
    '"-0"',
    '-0',
    '1e3',
    '7.0',
  ],
  ...['"18446744073709551616"', '""', '" 7"', 'null', '{}', '"1\\u0030"', 'true', '1.5'],
])('an int or a time given as %s', (given) => {
  expectSame('traces', template.replace('"4711"', given));
  expectSame('traces', template.replace(/(startTimeUnixNano":)"\d+"/, `$1${given}`));
  expectSame('traces', template.replace(/("kind":)1/, `$1${given}`));
});

test.each([
  '"SPAN_KIND_CLIENT"',
  '"SPAN_KIND_UNSPECIFIED"',
  '"STATUS_CODE_ERROR"',
  '"3"',
  '""',
  '"SPAN_KIND_\\u0053ERVER"',
])('an enum given as %s', (given) => {
  expectSame('traces', template.replace(/("kind":)1/, `$1${given}`));
  expectSame('traces', template.replace(/"kind":1/, `"kind":1,"status":{"code":${given},"message":"m"}`));
});

test.each([
  ...[
    '0',
    '-0',
    '1',
    '1.0',
    '0.1',
    '0.000001',
    '0.0000001',
    '0.00000123',
    '1e21',
    '123456789012345',
    '1234567890123456',
  ],
  ...['9007199254740993', '0.1000', '0.30000000000000004', '1e400', '-1.5E-3', '5e-324', '"NaN"', '"1"', '" "', '100'],
])('a double given as %s', (given) => {
  expectSame('traces', template.replace('{"intValue":"4711"}', `{"doubleValue":${given}}`));
  const list = `{"arrayValue":{"values":[{"doubleValue":${given}}]}}`;
  expectSame('traces', template.replace('{"intValue":"4711"}', list));
});

test.each([
  ...['', 'ü', '\\n', '\\"\\\\\\/\\b\\f\\n\\r\\t', '\\u00e9', '\\ud83d\\ude00', '\\ud800', '\\u0000', 'x'.repeat(200)],
  ...['\\x', '\\u12g4', '\\', '\n', '\\ud800\\ud800', '\u2028', '\u007f', '\u{1f600}', '\\u006e'],
])('a text given as %s', (given) => {
  for (const key of ['text', 'gen_ai.input.messages']) {
    expectSame('traces', template.replace('"text"', `"${key}"`).replace('TEXT', given));
    const list = `{"arrayValue":{"values":[{"stringValue":"a"},{"stringValue":"${given}"}]}}`;
    expectSame('traces', template.replace('"text"', `"${key}"`).replace('{"stringValue":"TEXT"}', list));
  }
  expectSame('traces', template.replace('test span', given));
  expectSame('traces', template.replace('"text"', `"${given}"`));
  expectSame('traces', template.replace('"name"', `"${given}"`));
});

test('fields in any place: what stands around records after them, attributes after events, a field twice', () => {
  const { resourceSpans } = JSON.parse(template);
  const [{ resource, scopeSpans }] = resourceSpans;
  const [{ scope, spans }] = scopeSpans;
  const late = [{ spans, schemaUrl: 's', scope }];
  expectSame('traces', JSON.stringify({ resourceSpans: [{ resource, scopeSpans: late, schemaUrl: 'r' }] }));
  expectSame('traces', JSON.stringify({ resourceSpans: [{ scopeSpans: late, schemaUrl: 'r', resource }] }));
  expectSame('traces', JSON.stringify({ resourceSpans: [{ resource, schemaUrl: 'r', scopeSpans: late }, {}] }));
  expectSame('traces', JSON.stringify({ resourceMetrics: [], resourceSpans: null }));
  expectSame('traces', JSON.stringify({ resourceLogs: [] }));
  const { attributes, events, ...rest } = spans[0];
  const content = [{ key: 'gen_ai.input.messages', value: { stringValue: 'x' } }];
  const swapped = { ...rest, events: [{ ...events[0], attributes: content }], attributes: [...attributes, ...content] };
  const withSpans = (...all: unknown[]): string =>
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: all }] }] });
  expectSame('traces', withSpans(swapped, null, 7, [], {}, spans[1]));
  expectSame('traces', template.replace('"name":"test span"', '"name":"first","name":"last"'));
  expectSame('traces', template.replace('"resource":', '"resource":{},"resource":'));
  expectSame('traces', template.replace('"scopeSpans":', '"scopeSpans":[],"scopeSpans":'));
  expectSame('traces', template.replace('"schemaUrl"', '"schema\\u0055rl"'));
  expectSame('traces', `${template} x`);
});
