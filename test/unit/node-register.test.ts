import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, diag, logs, propagation, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type RegisterOptions, register, type Telemetry } from '@spanledger/node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readEnvironment } from '../../packages/node/src/environment.ts';
import { samplerFromEnvironment } from '../../packages/node/src/sampler.ts';
import { SignalCounts } from '../../packages/node/src/signal-counts.ts';

const open: Telemetry[] = [];
const said: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  said.length = 0;
  for (const telemetry of open.splice(0)) await telemetry.shutdown();
  for (const api of [trace, logs, context, propagation, diag]) api.disable();
});

function started(options: RegisterOptions = {}): Telemetry {
  const telemetry = register({
    endpoint: 'http://127.0.0.1:1',
    instrumentations: [],
    retryMs: 0,
    flushTimeoutMs: 500,
    timeoutMs: 200,
    log: (_, message) => said.push(message),
    ...options,
  });
  open.push(telemetry);
  return telemetry;
}

describe('register', () => {
  test('a second call gives the first telemetry, and says that its options are not taken', () => {
    const first = started();
    expect(started({ endpoint: 'http://elsewhere.example' })).toBe(first);
    expect(said).toContain('register() was called before; its options are not taken');
  });

  test('beside a provider that the app registered it does nothing but say so', () => {
    trace.setGlobalTracerProvider(new TracerProvider());
    const telemetry = started();
    expect(telemetry.health()).toMatchObject({
      isActive: false,
      problems: [expect.stringContaining('spanledgerProcessors')],
    });
  });

  test('OTEL_SDK_DISABLED switches it off', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const telemetry = started();
    trace.getTracer('t').startSpan('s').end();
    await telemetry.flush();
    expect(telemetry.health()).toMatchObject({ isActive: false, spans: { accepted: 0 } });
  });

  test('after its end it can be started again, and takes its handlers of signals away', async () => {
    const before = process.listenerCount('SIGTERM');
    const first = started();
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    await first.shutdown();
    expect(process.listenerCount('SIGTERM')).toBe(before);
    expect(first.health().isActive).toBe(false);
    expect(started().health().isActive).toBe(true);
  });

  test('what the collector does not take is counted, and said once', async () => {
    const telemetry = started();
    for (let i = 0; i < 5; i += 1) trace.getTracer('t').startSpan('s').end();
    await telemetry.flush();
    expect(telemetry.health()).toMatchObject({
      sampler: expect.stringContaining('AlwaysOn'),
      spans: { accepted: 5, delivered: 0, droppedUndelivered: 5 },
    });
    expect(said.filter((message) => message.startsWith('the collector: '))).toHaveLength(1);
  });

  test('records that the collector refuses out of a batch are counted apart', async () => {
    // A response with partial_success { rejected_spans: 2, error_message: "no" }.
    const partial = Buffer.from([0x0a, 6, 0x08, 2, 0x12, 2, 0x6e, 0x6f]);
    const server = createServer((request, reply) =>
      request.resume().on('end', () => reply.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(partial)),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const telemetry = started({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    for (let i = 0; i < 3; i += 1) trace.getTracer('t').startSpan('s').end();
    await telemetry.flush();
    expect(telemetry.health()).toMatchObject({ spans: { delivered: 3 }, rejected: { spans: 2, logRecords: 0 } });
    server.close();
  });

  test.each<[RegisterOptions, string]>([
    [{ propagateTo: ['https://x'] }, 'HOST_PATTERN_INVALID'],
    [{ propagationKey: 'short' }, 'PROPAGATION_KEY_INVALID'],
  ])('%j is refused, and nothing is left behind', (options, code) => {
    expect(() => started(options)).toThrowError(expect.objectContaining({ code }));
    expect(started().health().isActive).toBe(true);
  });
});

describe('environment', () => {
  test('lists, flags and numbers are read; empty values say nothing', () => {
    const variables = {
      SPANLEDGER_ENDPOINT: ' http://collector:4318 ',
      SPANLEDGER_PROPAGATE_TO: 'a.internal, *.b.internal,',
      SPANLEDGER_CAPTURE_CONTENT: 'TRUE',
      SPANLEDGER_KEY: '',
      OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
    };
    expect(readEnvironment(variables)).toMatchObject({
      endpoint: 'http://collector:4318',
      propagateTo: ['a.internal', '*.b.internal'],
      captureContent: true,
      key: undefined,
      timeoutMs: 2500,
      isDisabled: false,
    });
  });

  test.each([
    [undefined, undefined, 'ParentBased{root=AlwaysOnSampler'],
    ['always_off', undefined, 'AlwaysOffSampler'],
    ['parentbased_traceidratio', '0.25', 'TraceIdRatioBased{0.25}'],
    ['traceidratio', 'half', 'TraceIdRatioBased{1}'],
    ['jaeger_remote', undefined, 'ParentBased{root=AlwaysOnSampler'],
  ])('the sampler %s of %s', (sampler, samplerArgument, name) => {
    const environment = { ...readEnvironment({}), sampler, samplerArgument };
    expect(String(samplerFromEnvironment(environment, (_, message) => said.push(message)))).toContain(name);
    expect(said).toHaveLength(sampler === 'jaeger_remote' || samplerArgument === 'half' ? 1 : 0);
  });
});

test('counts add up whatever happens', () => {
  const counts = new SignalCounts(3, 1000);
  const record = (text: string) => ({ attributes: { text } });
  expect([1, 2, 3, 4].map(() => counts.admit(record('x')))).toEqual([true, true, true, false]);
  counts.handOver([record('x'), record('x')]);
  counts.settle(1, true);
  counts.settle(1, false);
  expect(counts.admit(record('y'.repeat(950)))).toBe(false);
  expect(counts.health()).toEqual({
    accepted: 5,
    delivered: 1,
    waiting: 1,
    inFlight: 0,
    droppedFull: 2,
    droppedUndelivered: 1,
  });
  expect([counts.pending, counts.dropped]).toEqual([1, 3]);
});
