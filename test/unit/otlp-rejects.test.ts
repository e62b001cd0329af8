import { expect, test } from 'vitest';
import { TooLargeError, WrongSignalError } from '../../collector/src/otlp/transcode.ts';
import type { Encoding } from '../../collector/src/otlp/transcoder.ts';
import { logBody, type SpanInit, toBinary, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { textOf } from '../otlp/ingest-rows.ts';
import { TENANT, transcoding } from '../otlp/transcoding.ts';
import type { Value } from '../otlp/values.ts';

const ENCODINGS: readonly Encoding[] = ['protobuf', 'json'];
const each = test.each(ENCODINGS);
const one = transcoding();

/** Sends the span between two good ones, which must be accepted, and gives why it was rejected. */
function rejectionOf(bad: SpanInit, encoding: Encoding): string {
  one.clear();
  const request = traceBody([{ name: 'before' }, { ...bad, name: 'bad' }, { name: 'after' }]);
  expect(one.send(request, encoding)).toMatchObject({ accepted: 2, rejected: 1 });
  expect(one.read().map((row) => textOf(row, 'name'))).toEqual(['before', 'after']);
  const [rejected] = one.rejected();
  expect(rejected).toMatchObject({ encoding, signal: 1 });
  expect(String(rejected?.raw)).toContain('bad');
  return `${rejected?.code}: ${rejected?.reason}`;
}

function nested(levels: number, bottom: Value): Value {
  let value = bottom;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { k: value };
  return value;
}

each('ids of a wrong length or all zero (%s)', (encoding) => {
  const zero = (bytes: number): string => '00'.repeat(bytes);
  expect(rejectionOf({ traceId: 'ab'.repeat(15) }, encoding)).toBe(
    'INVALID_TRACE_ID: trace_id has 15 bytes, must have 16',
  );
  expect(rejectionOf({ traceId: '' }, encoding)).toBe('INVALID_TRACE_ID: trace_id has 0 bytes, must have 16');
  expect(rejectionOf({ traceId: zero(16) }, encoding)).toBe('INVALID_TRACE_ID: trace_id is all zero');
  expect(rejectionOf({ spanId: 'ab'.repeat(9) }, encoding)).toBe('INVALID_SPAN_ID: span_id has 9 bytes, must have 8');
  expect(rejectionOf({ spanId: zero(8) }, encoding)).toBe('INVALID_SPAN_ID: span_id is all zero');
  expect(rejectionOf({ parentSpanId: 'ab' }, encoding)).toBe(
    'INVALID_PARENT_SPAN_ID: parent_span_id has 1 bytes, must have 8',
  );
});

each('a claim of another tenant (%s)', (encoding) => {
  const claim = (tenant: string): SpanInit => ({ attributes: { 'spanledger.tenant.id': tenant } });
  expect(rejectionOf(claim('other'), encoding)).toMatch(/^TENANT_MISMATCH: .*"other".*"test"/);
  one.clear();
  expect(one.send(traceBody([claim(TENANT), claim('')]), encoding)).toMatchObject({ accepted: 2, rejected: 0 });
  const resource = { 'spanledger.tenant.id': 'other' };
  expect(one.send(traceBody([{}, claim(TENANT)], { resource }), encoding)).toMatchObject({ accepted: 1, rejected: 1 });
});

each('ids over 512 bytes (%s)', (encoding) => {
  for (const id of ['run', 'step', 'event', 'node']) {
    const named = (size: number): SpanInit => ({ attributes: { [`spanledger.${id}.id`]: 'é'.repeat(size / 2) } });
    expect(rejectionOf(named(514), encoding)).toBe(`ID_TOO_LONG: ${id}_id has 514 bytes, must have at most 512`);
    one.clear();
    expect(one.send(traceBody([named(512)]), encoding)).toMatchObject({ accepted: 1, rejected: 0 });
    const resource = { [`spanledger.${id}.id`]: 'x'.repeat(513) };
    const own = { attributes: { [`spanledger.${id}.id`]: 'short' } };
    expect(one.send(traceBody([{}, own], { resource }), encoding)).toMatchObject({ accepted: 1, rejected: 1 });
  }
});

each('a value nested over 100 levels, plain or not (%s)', (encoding) => {
  for (const bottom of ['text', Number.NaN]) {
    expect(rejectionOf({ attributes: { a: nested(101, bottom) } }, encoding)).toMatch(/^NESTED_TOO_DEEP: /);
    one.clear();
    const fine = { attributes: { a: nested(100, bottom) } };
    expect(one.send(traceBody([fine]), encoding)).toMatchObject({ accepted: 1, rejected: 0 });
  }
});

test('JSON nested deeper than it can be printed again', () => {
  one.clear();
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const text = toOtlpJsonText(traceBody([{}, {}])).replace('"name":"test span"', `"name":${deep}`);
  expect(one.take('traces', 'json', text)).toMatchObject({ accepted: 1, rejected: 1 });
  expect(one.rejected()).toMatchObject([
    { code: 'WRONG_TYPE', reason: 'name must be a string', raw: Buffer.from('null') },
  ]);
});

test('an id of millions of digits', () => {
  one.clear();
  const text = toOtlpJsonText(traceBody([{ traceId: 'ab'.repeat(16) }, {}]));
  const long = text.replace('ab'.repeat(16), 'ab'.repeat(4_000_000));
  expect(one.take('traces', 'json', long)).toMatchObject({ accepted: 1, rejected: 1 });
  expect(one.rejected()[0]?.code).toBe('INVALID_TRACE_ID');
});

each('great records are taken: 10,000 attributes, values of 1 MB, 64k events (%s)', (encoding) => {
  one.clear();
  const attributes = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key.${i}`, i]));
  const events = Array.from({ length: 65_536 }, () => ({ name: 'e' }));
  const megabyte = { plain: 'x'.repeat(1 << 20), 'gen_ai.input.messages': 'y'.repeat(1 << 20) };
  const request = traceBody([{ attributes }, { events }, { attributes: megabyte }]);
  expect(one.send(request, encoding)).toMatchObject({ accepted: 3, rejected: 0 });
  const rows = one.read();
  expect(textOf(rows[0], 'attribute_kinds')).toBe('i'.repeat(10_000));
  expect(rows[1]?.cells['events.name']).toHaveLength(65_536);
  expect(textOf(rows[2], 'attribute_kinds')).toBe('sS');
  expect(one.content().map(({ text }) => text)).toEqual(['y'.repeat(1 << 20)]);
});

test.each(['attributes', 'events', 'links'])('more %s than any sender needs', (list) => {
  const tag = { attributes: 9, events: 11, links: 13 }[list] as number;
  const { traceId, spanId } = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) };
  const ids = Buffer.concat([Buffer.from(`0a10${traceId}1208${spanId}`, 'hex')]);
  // Each empty message takes two bytes.
  const empty = Buffer.alloc(2 * 131_073, Buffer.from([(tag << 3) | 2, 0]));
  const span = Buffer.concat([ids, empty]);
  const wrap = (inner: Buffer, number: number): Buffer =>
    Buffer.concat([
      Buffer.from([
        (number << 3) | 2,
        (inner.length & 127) | 128,
        ((inner.length >> 7) & 127) | 128,
        inner.length >> 14,
      ]),
      inner,
    ]);
  one.clear();
  const body = wrap(wrap(wrap(span, 2), 2), 1);
  expect(one.take('traces', 'protobuf', body)).toMatchObject({ accepted: 0, rejected: 1 });
  expect(one.rejected()[0]?.code).toBe('TOO_MANY_ENTRIES');
  one.clear();
  const items = JSON.stringify(Array(131_073).fill({}));
  const json = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${traceId}","spanId":"${spanId}","${list}":${items}}]}]}]}`;
  expect(one.take('traces', 'json', json)).toMatchObject({ accepted: 0, rejected: 1 });
  expect(one.rejected()[0]?.code).toBe('TOO_MANY_ENTRIES');
});

each('spans at /v1/logs and log records at /v1/traces (%s)', (encoding) => {
  one.clear();
  const bodyOf = encoding === 'json' ? toOtlpJsonText : toBinary;
  const events = [{ name: 'e', timeUnixNano: 1n }];
  const attributes = { a: [1], 'gen_ai.input.messages': 'x' };
  const spans = bodyOf(traceBody([{ attributes, events, parentSpanId: 'ab'.repeat(8), status: { message: 'm' } }, {}]));
  const logs = bodyOf(logBody([{ attributes, traceId: 'ab'.repeat(16), eventName: 'e', severityText: 's' }, {}]));
  expect(() => one.take('logs', encoding, spans)).toThrow(WrongSignalError);
  expect(() => one.take('traces', encoding, logs)).toThrow(WrongSignalError);
  expect([one.rows.ingest.length, one.rows.rejects.length]).toEqual([0, 0]);
  expect(one.take('traces', encoding, spans)).toMatchObject({ accepted: 2 });
  expect(one.take('logs', encoding, logs)).toMatchObject({ accepted: 2 });
});

each('a request that becomes too many rows fails as a whole (%s)', (encoding) => {
  const small = transcoding(1 << 20);
  small.send(traceBody([{ name: 'kept' }]), encoding);
  const before = small.bytes();
  const resource = { big: 'x'.repeat(100_000) };
  const spans = Array.from({ length: 1000 }, () => ({}));
  expect(() => small.send(traceBody(spans, { resource }), encoding)).toThrow(TooLargeError);
  expect(small.bytes()).toEqual(before);
  expect(small.rows.ingest.bytes.length).toBeLessThan(4 << 20);
  expect(small.send(traceBody([{ name: 'next' }]), encoding)).toMatchObject({ accepted: 1 });
  expect(small.read().map((row) => textOf(row, 'name'))).toEqual(['kept', 'next']);
  expect(textOf(small.read()[1], 't_service_name')).toBe('test');
});

each('so does one whose rejected records are too many bytes (%s)', (encoding) => {
  const small = transcoding(1 << 20);
  const spans = Array.from({ length: 30 }, () => ({ traceId: 'ab', name: 'x'.repeat(100_000) }));
  expect(() => small.send(traceBody(spans), encoding)).toThrow(TooLargeError);
  expect([small.rows.ingest.length, small.rows.rejects.length]).toEqual([0, 0]);
});
