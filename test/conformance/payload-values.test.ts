import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { bytesOfHex, randomId, span, TEST_TIME, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import { type Attributes, double, keyValues, type Value } from '../otlp/values.ts';
import { ENCODINGS, rejectsWith, send, sendRaw, spansOf } from './payload-fixture.ts';

let collector: Collector;

beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

interface Attributed {
  readonly attributes: Record<string, string>;
  readonly attribute_kinds: string;
}

/** Sends one span with the attributes and gives them as they are stored. */
async function stored(attributes: Attributes, encoding: (typeof ENCODINGS)[number]): Promise<Attributed | undefined> {
  const traceId = randomId();
  const said = await send(collector, traceBody([{ traceId, attributes }]), encoding);
  expect([said.status, said.rejected]).toEqual([200, 0]);
  const [row] = await spansOf<Attributed>(collector, traceId, 'attributes, attribute_kinds');
  return row;
}

test.each(ENCODINGS)('all kinds of AnyValue are kept with their kind (%s)', async (encoding) => {
  const row = await stored(
    {
      text: 'x',
      yes: true,
      no: false,
      int: -9_223_372_036_854_775_808n,
      big: 9_223_372_036_854_775_807n,
      double: 0.1,
      wholeDouble: double(3),
      bytes: new Uint8Array([0, 255]),
      array: ['a', 1, double(1), null, ['deep']],
      list: { b: 1, a: { c: 'd' } },
      none: null,
      emptyText: '',
    },
    encoding,
  );
  expect(row?.attributes).toEqual({
    text: 'x',
    yes: 'true',
    no: 'false',
    int: '-9223372036854775808',
    big: '9223372036854775807',
    double: '0.1',
    wholeDouble: '3',
    bytes: 'AP8=',
    array: '["a",1,1.0,null,["deep"]]',
    list: '{"b":1,"a":{"c":"d"}}',
    none: '',
    emptyText: '',
  });
  expect(row?.attribute_kinds).toBe('sbbiiddyakes');
});

test.each(ENCODINGS)('NaN, the infinities and bytes inside lists survive (%s)', async (encoding) => {
  const row = await stored(
    {
      nan: Number.NaN,
      up: Number.POSITIVE_INFINITY,
      down: Number.NEGATIVE_INFINITY,
      inside: [Number.NaN, new Uint8Array([1])],
    },
    encoding,
  );
  expect(row?.attributes).toMatchObject({ nan: 'NaN', up: 'Infinity', down: '-Infinity' });
  expect(JSON.parse(row?.attributes['inside'] ?? '')).toEqual({
    arrayValue: { values: [{ doubleValue: 'NaN' }, { bytesValue: 'AQ==' }] },
  });
});

test('minus zero stays itself', async () => {
  expect((await stored({ minusZero: double(-0) }, 'protobuf'))?.attributes).toEqual({ minusZero: '-0' });
});

test.each(ENCODINGS)('of duplicate keys the last wins (%s)', async (encoding) => {
  const row = await stored(
    [
      ['key', 'first'],
      ['other', 1],
      ['key', 2],
    ],
    encoding,
  );
  expect(row).toEqual({ attributes: { other: '1', key: '2' }, attribute_kinds: 'ii' });
});

test.each(ENCODINGS)(
  'NUL, quotes, controls and astral characters survive in keys and values (%s)',
  async (encoding) => {
    const text = 'a\u0000b"\\\n\t\u0001\u{1f600}\u2028';
    const row = await stored({ [text]: text, array: [text] }, encoding);
    expect(row?.attributes[text]).toBe(text);
    expect(JSON.parse(row?.attributes['array'] ?? '')).toEqual([text]);
  },
);

test('a lone surrogate in JSON is escaped the same way each time: sent twice it counts once', async () => {
  const traceId = randomId();
  // The oracle refuses to write one, so it is put in by hand.
  const text = toOtlpJsonText(traceBody([{ traceId, attributes: { lone: 'LONE' } }])).replace('LONE', 'a\\ud800b');
  for (let i = 0; i < 2; i++) expect((await sendRaw(collector, 'traces', text, 'json')).status).toBe(200);
  expect(await spansOf(collector, traceId, "attributes['lone'] AS lone")).toEqual([{ lone: 'a\\ud800b' }]);
});

test.each(ENCODINGS)('a value nested deeper than any reader follows rejects its span alone (%s)', async (encoding) => {
  const traceId = randomId();
  let deep: Value = 'bottom';
  for (let i = 0; i < 98; i++) deep = [deep];
  const fine = { traceId, name: 'fine', attributes: { deep } };
  for (let i = 0; i < 10; i++) deep = [deep];
  const said = await send(
    collector,
    traceBody([fine, { traceId, name: `deep-${traceId}`, attributes: { deep } }]),
    encoding,
  );
  expect([said.status, said.rejected]).toEqual([200, 1]);
  expect(await spansOf(collector, traceId, 'name')).toEqual([{ name: 'fine' }]);
  expect(await rejectsWith(collector, `deep-${traceId}`)).toEqual([{ reason_code: 'NESTED_TOO_DEEP', signal: 'span' }]);
});

test.each(ENCODINGS)(
  'links, events, dropped counts, trace state, flags, status and kind are kept (%s)',
  async (encoding) => {
    const traceId = randomId();
    const linked = randomId();
    const one = span({
      traceId,
      kind: 3,
      traceState: 'a=b,c=d',
      flags: 0x101,
      status: { code: 2, message: 'broke' },
      droppedAttributesCount: 1,
      droppedEventsCount: 2,
      droppedLinksCount: 3,
      events: [{ name: 'event', timeUnixNano: TEST_TIME, attributes: keyValues({ e: 1 }), droppedAttributesCount: 4 }],
      links: [
        {
          traceId: bytesOfHex(linked),
          spanId: bytesOfHex(linked.slice(16)),
          traceState: 'x=y',
          flags: 1,
          attributes: keyValues({ l: true }),
          droppedAttributesCount: 5,
        },
      ],
    });
    await send(collector, traceBody([one]), encoding);
    const columns = `kind, trace_state, flags, status_code, status_message, dropped_attributes_count, dropped_events_count,
    dropped_links_count, events.name AS event_names, toString(events.time_unix_nano[1]) AS event_time,
    events.attributes AS event_attributes, events.dropped_attributes_count AS event_dropped, links.trace_id AS link_traces,
    links.span_id AS link_spans, links.trace_state AS link_states, links.flags AS link_flags,
    links.attributes AS link_attributes, links.dropped_attributes_count AS link_dropped`;
    expect(await spansOf(collector, traceId, columns)).toEqual([
      {
        kind: 'client',
        trace_state: 'a=b,c=d',
        flags: 0x101,
        status_code: 'error',
        status_message: 'broke',
        dropped_attributes_count: 1,
        dropped_events_count: 2,
        dropped_links_count: 3,
        event_names: ['event'],
        event_time: String(TEST_TIME),
        event_attributes: [{ e: '1' }],
        event_dropped: [4],
        link_traces: [linked],
        link_spans: [linked.slice(16)],
        link_states: ['x=y'],
        link_flags: [1],
        link_attributes: [{ l: 'true' }],
        link_dropped: [5],
      },
    ]);
  },
);

test.each(ENCODINGS)('resource, scope and both schema URLs are kept (%s)', async (encoding) => {
  const traceId = randomId();
  const request = traceBody([{ traceId }], {
    resource: { 'service.name': 'shop', replicas: 2 },
    scopeName: 'lib',
    scopeVersion: '1.2.3',
    scopeAttributes: { s: true },
    resourceSchemaUrl: 'https://example.test/resource',
    scopeSchemaUrl: 'https://example.test/scope',
  });
  await send(collector, request, encoding);
  const columns = `service_name, resource_attributes, resource_attribute_kinds, resource_schema_url, scope_name, scope_version,
    scope_attributes, scope_schema_url`;
  expect(await spansOf(collector, traceId, columns)).toEqual([
    {
      service_name: 'shop',
      resource_attributes: { 'service.name': 'shop', replicas: '2' },
      resource_attribute_kinds: 'si',
      resource_schema_url: 'https://example.test/resource',
      scope_name: 'lib',
      scope_version: '1.2.3',
      scope_attributes: { s: 'true' },
      scope_schema_url: 'https://example.test/scope',
    },
  ]);
});

test('unknown protobuf fields are ignored wherever they stand', async () => {
  const traceId = randomId();
  const request = traceBody([{ traceId, name: 'known', attributes: { a: 1 } }]);
  const unknown = [{ no: 5000, wireType: 2 as const, data: new Uint8Array([3, 1, 2, 3]) }];
  const resource = request.resourceSpans[0];
  const scope = resource?.scopeSpans[0];
  const known = scope?.spans[0];
  for (const message of [
    request,
    resource,
    resource?.resource,
    scope,
    known,
    known?.attributes[0],
    known?.attributes[0]?.value,
  ]) {
    if (message !== undefined) message.$unknown = unknown;
  }
  const said = await send(collector, request);
  expect([said.status, said.rejected]).toEqual([200, 0]);
  expect(await spansOf(collector, traceId, 'name, attributes')).toEqual([{ name: 'known', attributes: { a: '1' } }]);
});
