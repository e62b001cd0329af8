import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';

// What boards for the tables of the OpenTelemetry Collector's ClickHouse exporter ask, word for word but for names and times: Grafana's
// query builder for traces and logs, and ClickStack's sources with their default expressions.

let collector: Collector;
const TRACE = '0102030405060708090a0b0c0d0e0f10';
const SECOND = 1_000_000_000n;
const start = (BigInt(Date.now()) - 60_000n) * 1_000_000n;
const at = (seconds: number): string => String(start + BigInt(seconds) * SECOND);
const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });

const spans = [
  { spanId: '00000000000000a1', name: 'GET /ask', kind: 2, status: { code: 1 }, traceState: 'k=v' },
  {
    spanId: '00000000000000a2',
    parentSpanId: '00000000000000a1',
    name: 'POST',
    kind: 3,
    status: { code: 2, message: 'refused' },
  },
  { spanId: '00000000000000a3', parentSpanId: '00000000000000a1', name: 'work', kind: 1 },
  { spanId: '00000000000000a4', parentSpanId: '00000000000000a1', name: 'send', kind: 4 },
  { spanId: '00000000000000a5', parentSpanId: '00000000000000a4', name: 'take', kind: 5 },
  { spanId: '00000000000000a6', parentSpanId: '00000000000000a1', name: 'odd', kind: 0 },
].map((span, index) => ({
  ...span,
  traceId: TRACE,
  startTimeUnixNano: at(index),
  endTimeUnixNano: at(index + 2),
  attributes: [text('http.route', '/ask')],
}));
Object.assign(spans[1] ?? {}, {
  events: [{ timeUnixNano: at(1), name: 'exception', attributes: [text('exception.type', 'Refused')] }],
  links: [{ traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), traceState: 'l=1', attributes: [text('why', 'retry')] }],
});

const logs = [
  {
    timeUnixNano: at(1),
    severityNumber: 17,
    severityText: 'ERROR',
    traceId: TRACE,
    spanId: '00000000000000a2',
    flags: 257,
  },
  {
    timeUnixNano: at(2),
    severityNumber: 9,
    severityText: 'INFO',
    eventName: 'cache.miss',
    attributes: [text('key', 'k1')],
  },
].map((record) => ({ ...record, body: { stringValue: 'a body' } }));

beforeAll(async () => {
  collector = await startCollector();
  const resource = { attributes: [text('service.name', 'front'), text('host.name', 'h1')] };
  const scope = { name: 'lib', version: '1.0', attributes: [text('s', 'x')] };
  const ofSpans = { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] };
  const ofLogs = {
    resourceLogs: [
      { resource, schemaUrl: 'http://r', scopeLogs: [{ scope, schemaUrl: 'http://s', logRecords: logs }] },
    ],
  };
  expect((await collector.post('traces', JSON.stringify(ofSpans))).status).toBe(200);
  expect((await collector.post('logs', JSON.stringify(ofLogs))).status).toBe(200);
  await collector.settled();
});
afterAll(() => collector.stop());

/** Answer to the user `reader`, who has no more than SELECT. */
async function ask<T = Record<string, unknown>>(sql: string): Promise<T[]> {
  const parameters = new URLSearchParams({ user: 'reader', database: 'spanledger', default_format: 'JSONEachRow' });
  const response = await fetch(`${collector.engine.url}/?${parameters}`, { method: 'POST', body: sql });
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  return answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

const columnsOf = async (table: string): Promise<string[]> =>
  (
    await ask<{ name: string; type: string }>(
      `SELECT name, type FROM system.columns WHERE database = 'spanledger' AND table = '${table}' ORDER BY position`,
    )
  ).map(({ name, type }) => `${name} ${type}`);

const MAP = 'Map(LowCardinality(String), String)';
const OURS = ['tenant LowCardinality(String)', 'event_date Date'];

test('otel_traces has the columns and types of the exporter, then ours', async () => {
  expect(await columnsOf('otel_traces')).toEqual([
    'Timestamp DateTime64(9)',
    ...['TraceId', 'SpanId', 'ParentSpanId', 'TraceState'].map((name) => `${name} String`),
    ...['SpanName', 'SpanKind', 'ServiceName'].map((name) => `${name} LowCardinality(String)`),
    `ResourceAttributes ${MAP}`,
    'ScopeName String',
    'ScopeVersion String',
    `SpanAttributes ${MAP}`,
    'Duration UInt64',
    'StatusCode LowCardinality(String)',
    'StatusMessage String',
    'Events.Timestamp Array(DateTime64(9))',
    'Events.Name Array(LowCardinality(String))',
    `Events.Attributes Array(${MAP})`,
    ...['TraceId', 'SpanId', 'TraceState'].map((name) => `Links.${name} Array(String)`),
    `Links.Attributes Array(${MAP})`,
    ...OURS,
  ]);
});

test('otel_logs has the columns and types of the exporter, then ours', async () => {
  expect(await columnsOf('otel_logs')).toEqual([
    'Timestamp DateTime64(9)',
    'TimestampTime DateTime',
    'TraceId String',
    'SpanId String',
    'TraceFlags UInt8',
    'SeverityText LowCardinality(String)',
    'SeverityNumber UInt8',
    'ServiceName LowCardinality(String)',
    'Body String',
    'ResourceSchemaUrl LowCardinality(String)',
    `ResourceAttributes ${MAP}`,
    'ScopeSchemaUrl LowCardinality(String)',
    'ScopeName String',
    'ScopeVersion LowCardinality(String)',
    `ScopeAttributes ${MAP}`,
    `LogAttributes ${MAP}`,
    'EventName String',
    ...OURS,
  ]);
  expect((await columnsOf('otel_traces_trace_id_ts')).slice(0, 3)).toEqual([
    'TraceId String',
    'Start DateTime',
    'End DateTime',
  ]);
});

test('kinds and status codes are spelled as the exporter spells them', async () => {
  expect(
    await ask(
      'SELECT SpanName, SpanKind, StatusCode, StatusMessage, toString(Duration) AS Duration FROM otel_traces ORDER BY SpanId',
    ),
  ).toEqual([
    { SpanName: 'GET /ask', SpanKind: 'Server', StatusCode: 'Ok', StatusMessage: '', Duration: '2000000000' },
    { SpanName: 'POST', SpanKind: 'Client', StatusCode: 'Error', StatusMessage: 'refused', Duration: '2000000000' },
    { SpanName: 'work', SpanKind: 'Internal', StatusCode: 'Unset', StatusMessage: '', Duration: '2000000000' },
    { SpanName: 'send', SpanKind: 'Producer', StatusCode: 'Unset', StatusMessage: '', Duration: '2000000000' },
    { SpanName: 'take', SpanKind: 'Consumer', StatusCode: 'Unset', StatusMessage: '', Duration: '2000000000' },
    { SpanName: 'odd', SpanKind: 'Unspecified', StatusCode: 'Unset', StatusMessage: '', Duration: '2000000000' },
  ]);
});

const DATABASE = '"spanledger"';
const WITH_TRACE = `WITH '${TRACE}' as trace_id,
  (SELECT min(Start) FROM ${DATABASE}."otel_traces_trace_id_ts" WHERE TraceId = trace_id) as trace_start,
  (SELECT max(End) + 1 FROM ${DATABASE}."otel_traces_trace_id_ts" WHERE TraceId = trace_id) as trace_end`;
const SPAN_COLUMNS = `"TraceId" as traceID, "SpanId" as spanID, "ParentSpanId" as parentSpanID, "ServiceName" as serviceName,
  "SpanName" as operationName, multiply(toUnixTimestamp64Nano("Timestamp"), 0.000001) as startTime,
  multiply("Duration", 0.000001) as duration,
  arrayMap(key -> map('key', key, 'value',"SpanAttributes"[key]), mapKeys("SpanAttributes")) as tags,
  arrayMap(key -> map('key', key, 'value',"ResourceAttributes"[key]), mapKeys("ResourceAttributes")) as serviceTags,
  if("StatusCode" IN ('Error', 'STATUS_CODE_ERROR'), 2, 0) as statusCode`;
const ENDING = `"SpanKind" as kind, "StatusMessage" as statusMessage, "ScopeName" as instrumentationLibraryName,
  "ScopeVersion" as instrumentationLibraryVersion, "TraceState" as traceState
  FROM ${DATABASE}."otel_traces" WHERE traceID = trace_id AND "Timestamp" >= trace_start AND "Timestamp" <= trace_end LIMIT 1000`;

test("Grafana's trace by id, with nested columns flattened", async () => {
  const rows = await ask(`${WITH_TRACE} SELECT ${SPAN_COLUMNS},
    arrayMap((name, timestamp, attributes) -> tuple(name, toString(toUnixTimestamp64Milli(timestamp)), arrayMap( key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(name String, timestamp String, fields Array(Map(String, String))), "Events".Name, "Events".Timestamp, "Events".Attributes) AS logs,
    arrayMap((traceID, spanID, attributes) -> tuple(traceID, spanID, arrayMap(key -> map('key', key, 'value', attributes[key]), mapKeys(attributes)))::Tuple(traceID String, spanID String, tags Array(Map(String, String))), "Links".TraceId, "Links".SpanId, "Links".Attributes) AS references,
    ${ENDING}`);
  expect(rows).toHaveLength(6);
  expect(rows.find((row) => row['spanID'] === '00000000000000a2')).toMatchObject({
    traceID: TRACE,
    parentSpanID: '00000000000000a1',
    serviceName: 'front',
    duration: 2000,
    statusCode: 2,
    kind: 'Client',
    logs: [{ name: 'exception', fields: [{ key: 'exception.type', value: 'Refused' }] }],
    references: [{ traceID: 'f'.repeat(32), spanID: 'e'.repeat(16), tags: [{ key: 'why', value: 'retry' }] }],
    tags: [{ key: 'http.route', value: '/ask' }],
    instrumentationLibraryName: 'lib',
  });
});

test("Grafana's trace by id, with nested columns whole", async () => {
  const rows = await ask(`${WITH_TRACE} SELECT ${SPAN_COLUMNS},
    arrayMap(event -> tuple(multiply(toFloat64(event.Timestamp), 1000), arrayConcat(arrayMap(key -> map('key', key, 'value', event.Attributes[key]), mapKeys(event.Attributes)), [map('key', 'message', 'value', event.Name)]))::Tuple(timestamp Float64, fields Array(Map(String, String))), "Events") as logs,
    arrayMap(link -> tuple(link.TraceId, link.SpanId, arrayMap(key -> map('key', key, 'value', link.Attributes[key]), mapKeys(link.Attributes)))::Tuple(traceID String, spanID String, tags Array(Map(String, String))), "Links") AS references,
    ${ENDING}`);
  expect(rows).toHaveLength(6);
  const fields = [
    { key: 'exception.type', value: 'Refused' },
    { key: 'message', value: 'exception' },
  ];
  expect(rows.find((row) => row['spanID'] === '00000000000000a2')).toMatchObject({ logs: [{ fields }] });
});

test("Grafana's trace search", async () => {
  const rows = await ask(`SELECT "TraceId" as traceID, "ServiceName" as serviceName, "SpanName" as operationName,
    "Timestamp" as startTime, multiply("Duration", 0.000001) as duration
    FROM ${DATABASE}."otel_traces"
    WHERE ( Timestamp >= toDateTime(${Math.floor(Date.now() / 1000) - 3600}) AND Timestamp <= toDateTime(${Math.floor(Date.now() / 1000) + 60}) )
    AND ( ParentSpanId = '' ) AND ( Duration > 0 ) ORDER BY Timestamp DESC, Duration DESC LIMIT 1000`);
  expect(rows).toMatchObject([{ traceID: TRACE, serviceName: 'front', operationName: 'GET /ask', duration: 2000 }]);
});

test("Grafana's logs, and logs of a trace", async () => {
  const rows =
    await ask(`SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID",
    LogAttributes as "labels" FROM ${DATABASE}."otel_logs"
    WHERE ( timestamp >= toDateTime(${Math.floor(Date.now() / 1000) - 3600}) AND timestamp <= toDateTime(${Math.floor(Date.now() / 1000) + 60}) )
    ORDER BY timestamp DESC LIMIT 1000`);
  expect(rows.map((row) => [row['level'], row['traceID'], row['labels']])).toEqual([
    ['INFO', '', { key: 'k1' }],
    ['ERROR', TRACE, {}],
  ]);
  expect(rows[0]?.['body']).toMatch(/^[0-9a-f]{64}$/);
  expect(await ask(`SELECT TraceFlags, SeverityNumber, SpanId FROM otel_logs WHERE TraceId = '${TRACE}'`)).toEqual([
    { TraceFlags: 1, SeverityNumber: 17, SpanId: '00000000000000a2' },
  ]);
});

const from = Date.now() - 3_600_000;
const range = (column: string): string =>
  `(${column} >= fromUnixTimestamp64Milli(${from}) AND ${column} <= fromUnixTimestamp64Milli(${Date.now() + 60_000}))`;

test("ClickStack's search, histogram, waterfall, service map and attribute keys of traces", async () => {
  const search =
    await ask(`SELECT Timestamp,ServiceName,StatusCode,round(Duration / 1e6),SpanName,TraceId,SpanId FROM spanledger.otel_traces
    WHERE ${range('Timestamp')} AND ((SpanName ILIKE '%ask%')) ORDER BY Timestamp DESC LIMIT 200 OFFSET 0 SETTINGS optimize_read_in_order = 0`);
  expect(search).toMatchObject([{ ServiceName: 'front', StatusCode: 'Ok', 'round(divide(Duration, 1000000.))': 2000 }]);
  const bucket = 'toStartOfInterval(toDateTime(Timestamp), INTERVAL 1 hour) AS `__hdx_time_bucket`';
  const histogram = await ask(`SELECT toInt32(count()) AS n,StatusCode,${bucket} FROM spanledger.otel_traces
    WHERE ${range('Timestamp')} GROUP BY StatusCode,${bucket} ORDER BY ${bucket}`);
  expect(Object.groupBy(histogram, (row) => String(row['StatusCode']))).toMatchObject({
    Error: [{ n: 1 }],
    Ok: [{ n: 1 }],
  });
  const waterfall =
    await ask(`SELECT SpanName AS Body,Timestamp AS Timestamp,ServiceName AS ServiceName,Duration AS Duration,
    SpanId AS SpanId,ParentSpanId AS ParentSpanId,StatusCode AS StatusCode,SpanAttributes['http.route'] AS Route,
    \`Events.Timestamp\` AS t, \`Events.Name\` AS e FROM spanledger.otel_traces
    WHERE ${range('Timestamp')} AND (TraceId = '${TRACE}') ORDER BY Timestamp ASC`);
  expect(waterfall.map((row) => row['Body'])).toEqual(['GET /ask', 'POST', 'work', 'send', 'take', 'odd']);
  const map = await ask(`WITH
    ServerSpans AS (SELECT TraceId AS traceId,SpanId AS spanId,ServiceName AS serviceName,ParentSpanId AS parentSpanId,StatusCode AS statusCode
      FROM spanledger.otel_traces WHERE ${range('Timestamp')} AND (SpanKind IN ('Server', 'Consumer'))),
    ClientSpans AS (SELECT TraceId AS traceId,SpanId AS spanId,ServiceName AS serviceName
      FROM spanledger.otel_traces WHERE ${range('Timestamp')} AND (SpanKind IN ('Client', 'Producer')))
    SELECT ServerSpans.serviceName AS server, ClientSpans.serviceName AS client, toInt32(count(*)) AS n FROM ServerSpans
    LEFT JOIN ClientSpans ON (ServerSpans.traceId = ClientSpans.traceId) AND (ServerSpans.parentSpanId = ClientSpans.spanId)
    GROUP BY server, client ORDER BY client`);
  expect(map).toEqual([
    { server: 'front', client: '', n: 1 },
    { server: 'front', client: 'front', n: 1 },
  ]);
  const keys =
    await ask(`WITH all_keys AS (SELECT DISTINCT lowCardinalityKeys(arrayJoin(SpanAttributes.keys)) as key FROM
    (SELECT SpanAttributes FROM spanledger.otel_traces WHERE ${range('Timestamp')} LIMIT 100000)) SELECT groupUniqArray(1000)(key) AS keys FROM all_keys`);
  expect(keys[0]?.['keys']).toContain('http.route');
});

test("ClickStack's search, histogram and context of logs", async () => {
  const search = await ask(`SELECT Timestamp,ServiceName,SeverityText,Body,TimestampTime FROM spanledger.otel_logs
    WHERE ${range('TimestampTime')} AND (lower(SeverityText) = 'error') ORDER BY (TimestampTime, Timestamp) DESC LIMIT 200`);
  expect(search).toMatchObject([{ ServiceName: 'front', SeverityText: 'ERROR' }]);
  const bucket = 'toStartOfInterval(toDateTime(TimestampTime), INTERVAL 1 hour) AS `__hdx_time_bucket`';
  const histogram = await ask(`SELECT toInt32(count()) AS n,SeverityText,${bucket} FROM spanledger.otel_logs
    WHERE ${range('TimestampTime')} GROUP BY SeverityText,${bucket} ORDER BY ${bucket}, SeverityText`);
  expect(histogram.map((row) => [row['n'], row['SeverityText']])).toEqual(
    expect.arrayContaining([
      [1, 'ERROR'],
      [1, 'INFO'],
    ]),
  );
  expect(
    await ask(
      "SELECT EventName, LogAttributes['key'] AS k, ResourceAttributes['host.name'] AS h, ScopeAttributes, ResourceSchemaUrl, ScopeSchemaUrl FROM otel_logs WHERE EventName != ''",
    ),
  ).toEqual([
    {
      EventName: 'cache.miss',
      k: 'k1',
      h: 'h1',
      ScopeAttributes: { s: 'x' },
      ResourceSchemaUrl: 'http://r',
      ScopeSchemaUrl: 'http://s',
    },
  ]);
});

test('a trace is found by its id without reading the others', async () => {
  for (const view of ['otel_traces', 'otel_logs', 'otel_traces_trace_id_ts', 'spans', 'events']) {
    const column = view.startsWith('otel') ? 'TraceId' : 'trace_id';
    const plan = await collector.query<{ explain: string }>(
      `EXPLAIN indexes = 1 SELECT * FROM ${view} WHERE ${column} = '${TRACE}'`,
    );
    expect(plan.map((row) => row.explain).join('\n'), view).toContain('by_trace_text');
  }
});
