import { readdirSync, readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { trace } from '@opentelemetry/api';
import { OTLPLogExporter as LogGrpc } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as LogHttp } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter as TraceGrpc } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as TraceHttp } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TraceProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AppendOutcome } from '../../collector/src/receive/index.ts';
import { ExportLogsServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { ExportTraceServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { ALL_ACCEPTED, type Submission, startTestReceiver, type TestReceiver } from './receive-fixture.ts';

let target: TestReceiver;
let outcomes: AppendOutcome[] = [];

beforeAll(async () => {
  target = await startTestReceiver({ respond: () => outcomes.shift() ?? ALL_ACCEPTED });
});
beforeEach(() => {
  outcomes = [];
  target.submissions.length = 0;
});
afterAll(() => target.stop());

function spanNames({ encoding, body }: Submission): (string | undefined)[] {
  const text = (): { resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[] } =>
    JSON.parse(new TextDecoder().decode(body));
  const { resourceSpans } = encoding === 'json' ? text() : fromBinary(ExportTraceServiceRequestSchema, body);
  return resourceSpans.flatMap((resource) =>
    resource.scopeSpans.flatMap((scope) => scope.spans.map((span) => span.name)),
  );
}

/** Ends two spans and waits until the SDK has given them to the exporter and closed it. */
async function emit(exporter: SpanExporter): Promise<void> {
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('conformance');
  tracer.startSpan('first').end();
  tracer.startSpan('second').end();
  await provider.shutdown();
}

test.each<[string, 'json' | 'protobuf', () => SpanExporter]>([
  ['http/json', 'json', () => new TraceHttp({ url: `${target.url}/v1/traces` })],
  [
    'http/json with gzip',
    'json',
    () => new TraceHttp({ url: `${target.url}/v1/traces`, compression: CompressionAlgorithm.GZIP }),
  ],
  ['http/protobuf', 'protobuf', () => new TraceProto({ url: `${target.url}/v1/traces` })],
  [
    'http/protobuf with gzip',
    'protobuf',
    () => new TraceProto({ url: `${target.url}/v1/traces`, compression: CompressionAlgorithm.GZIP }),
  ],
  ['grpc', 'protobuf', () => new TraceGrpc({ url: `http://127.0.0.1:${target.grpcPort}` })],
])("OpenTelemetry JS' own trace exporter passes: %s", async (_name, encoding, exporter) => {
  await emit(exporter());
  expect(target.submissions.map((one) => [one.signal, one.encoding])).toEqual([['traces', encoding]]);
  expect(target.submissions.flatMap(spanNames)).toEqual(['first', 'second']);
});

test("OpenTelemetry JS' own log exporters pass", async () => {
  for (const exporter of [
    new LogHttp({ url: `${target.url}/v1/logs` }),
    new LogGrpc({ url: `http://127.0.0.1:${target.grpcPort}` }),
  ]) {
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    provider.getLogger('conformance').emit({ eventName: 'spanledger.run.started', body: 'hello' });
    await provider.shutdown();
  }
  const [json, grpc] = target.submissions;
  expect([json?.signal, json?.encoding, grpc?.signal, grpc?.encoding]).toEqual(['logs', 'json', 'logs', 'protobuf']);
  const decoded = fromBinary(ExportLogsServiceRequestSchema, grpc?.body ?? new Uint8Array());
  expect(decoded.resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.eventName).toBe('spanledger.run.started');
});

// Only over HTTP: the gRPC exporter of OpenTelemetry JS (0.301) sends nothing again, whatever it is told.
test('after a 503 the exporter waits as told and sends the same again', async () => {
  outcomes = [{ kind: 'unavailable', message: 'the engine restarts', retryAfterSeconds: 1 }];
  await emit(new TraceHttp({ url: `${target.url}/v1/traces` }));
  expect(target.submissions.map(spanNames)).toEqual([
    ['first', 'second'],
    ['first', 'second'],
  ]);
});

test('bad data and a partial success are not sent again', async () => {
  outcomes = [{ kind: 'bad_request', code: 'BODY_MALFORMED', message: 'test' }];
  await emit(new TraceHttp({ url: `${target.url}/v1/traces` })).catch(() => undefined);
  outcomes = [{ kind: 'accepted', accepted: 1, rejected: 1, message: 'test' }];
  await emit(new TraceHttp({ url: `${target.url}/v1/traces` }));
  expect(target.submissions).toHaveLength(2);
});

test('the receiver emits no telemetry of its own, even when the process has a tracer', async () => {
  const memory = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: memory })] }),
  );
  trace.getTracer('control').startSpan('control').end();
  await fetch(`${target.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(target.submissions).toHaveLength(1);
  expect(memory.getFinishedSpans().map((span) => span.name)).toEqual(['control']);
  trace.disable();
});

test('no stage of the collector imports OpenTelemetry', () => {
  const source = new URL('../../collector/src/', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  const importing = files.filter((name) => /from '@opentelemetry\//.test(readFileSync(new URL(name, source), 'utf8')));
  expect(importing).toEqual([]);
});
