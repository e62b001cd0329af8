import type { Context } from '@opentelemetry/api';
import { context, propagation, ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type StepScope, stepScopeOf, UsageMeter, withStepScope, withUsageMeter } from '@spanledger/sdk';
import {
  governedSampler,
  type ScopePropagatorOptions,
  scopeLogRecordProcessor,
  scopePropagator,
  scopeSpanProcessor,
} from '@spanledger/sdk/propagation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const SCOPE: StepScope = { runId: 'run-1', stepId: 'step-1', attempt: 2, nodeId: 'planner', tenantId: 'acme' };
const STAMP = {
  'spanledger.run.id': 'run-1',
  'spanledger.step.id': 'step-1',
  'spanledger.step.attempt': 2,
  'spanledger.node.id': 'planner',
  'spanledger.tenant.id': 'acme',
};
const inScope = withStepScope(ROOT_CONTEXT, SCOPE);

function tracing(sampler = governedSampler(new ParentBasedSampler({ root: new AlwaysOffSampler() }))) {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [scopeSpanProcessor(), new SimpleSpanProcessor({ exporter })];
  const tracer = new TracerProvider({ sampler, spanProcessors }).getTracer('test');
  return { exporter, tracer };
}

describe('stamps', () => {
  const { exporter, tracer } = tracing(
    governedSampler({ shouldSample: () => ({ decision: 2 }), toString: () => 'all' }),
  );
  const attributesOf = (name: string) => exporter.getFinishedSpans().find((span) => span.name === name)?.attributes;

  test('a span below a step carries its names, and keeps what it says itself', () => {
    tracer.startSpan('call', { attributes: { 'spanledger.node.id': 'own', x: 1 } }, inScope).end();
    expect(attributesOf('call')).toEqual({ ...STAMP, 'spanledger.node.id': 'own', x: 1 });
  });

  test('a step of its own keeps its own names; a span of another run gets none; outside of runs nothing is added', () => {
    tracer.startSpan('step', { attributes: { 'spanledger.step.id': 'step-2' } }, inScope).end();
    tracer.startSpan('other run', { attributes: { 'spanledger.run.id': 'run-2' } }, inScope).end();
    tracer.startSpan('outside', {}, ROOT_CONTEXT).end();
    expect(attributesOf('step')).toEqual({
      'spanledger.step.id': 'step-2',
      'spanledger.run.id': 'run-1',
      'spanledger.tenant.id': 'acme',
    });
    expect(attributesOf('other run')).toEqual({ 'spanledger.run.id': 'run-2' });
    expect(attributesOf('outside')).toEqual({});
  });

  test('log records carry the names too', () => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({
      processors: [scopeLogRecordProcessor(), new SimpleLogRecordProcessor({ exporter })],
    });
    provider.getLogger('test').emit({ body: 'said', attributes: { x: 1 }, context: inScope });
    provider.getLogger('test').emit({ body: 'outside', context: ROOT_CONTEXT });
    expect(exporter.getFinishedLogRecords().map((record) => record.attributes)).toEqual([{ ...STAMP, x: 1 }, {}]);
  });

  test('model calls below a step are added to its meter; a step inside it is not', () => {
    const meter = new UsageMeter();
    const metered = withUsageMeter(inScope, meter);
    const usage = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 7, 'gen_ai.usage.output_tokens': 3 };
    tracer.startSpan('chat', { attributes: usage }, metered).end();
    tracer.startSpan('inner step', { attributes: { ...usage, 'spanledger.step.id': 'inner' } }, metered).end();
    expect(meter.calls()).toMatchObject([{ inputTokens: 7, outputTokens: 3 }]);
  });
});

describe('sampling', () => {
  test('governed spans are sent whatever the sampler says; other spans are the app’s own business', () => {
    const { exporter, tracer } = tracing();
    tracer.startSpan('step', { attributes: { 'spanledger.step.id': 's' } }, ROOT_CONTEXT).end();
    tracer.startSpan('run', { attributes: { 'spanledger.run.id': 'r' } }, ROOT_CONTEXT).end();
    tracer.startSpan('other', {}, ROOT_CONTEXT).end();
    expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual(['step', 'run']);
  });

  test('calls below a step are recorded, so that they are counted, and not sent', () => {
    const { exporter, tracer } = tracing();
    const meter = new UsageMeter();
    const unsampled = trace.setSpanContext(withUsageMeter(inScope, meter), {
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      traceFlags: TraceFlags.NONE,
    });
    const attributes = { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 5 };
    const span = tracer.startSpan('chat', { attributes, kind: SpanKind.CLIENT }, unsampled);
    expect(span.isRecording()).toBe(true);
    span.end();
    expect(meter.calls()).toMatchObject([{ inputTokens: 5, outputTokens: undefined }]);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  test('the sampler says what it stands on', () => {
    expect(String(governedSampler(new AlwaysOffSampler()))).toBe('Governed{AlwaysOffSampler}');
  });
});

const w3c = new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });
const KEY = 'a key of sixteen or more';
const { tracer } = tracing(governedSampler({ shouldSample: () => ({ decision: 2 }), toString: () => 'all' }));

/** Headers of a request to a URL out of a context. */
function headersFor(url: string, from: Context, options: ScopePropagatorOptions): Record<string, string> {
  const { hostname, port } = new URL(url);
  const attributes = { 'server.address': hostname, ...(port === '' ? {} : { 'server.port': Number(port) }) };
  const span = tracer.startSpan('GET', { kind: SpanKind.CLIENT, attributes }, from);
  const carrier: Record<string, string> = {};
  scopePropagator(w3c, options).inject(trace.setSpan(from, span), carrier, {
    set: (target: Record<string, string>, key, value) => {
      target[key] = value;
    },
  });
  return carrier;
}

function received(headers: Record<string, string>, options: ScopePropagatorOptions): Context {
  return scopePropagator(w3c, options).extract(ROOT_CONTEXT, headers, {
    keys: (carrier: Record<string, string>) => Object.keys(carrier),
    get: (carrier, key) => carrier[key],
  });
}

describe('baggage', () => {
  const to = { sendTo: ['agents.internal', '*.trusted.example', 'one.example:8080'] };

  test.each([
    ['http://agents.internal/x', true],
    ['http://agents.internal:9000/x', true],
    ['https://a.trusted.example', true],
    ['https://trusted.example', false],
    ['https://eviltrusted.example', false],
    ['https://agents.internal.evil.example', false],
    ['http://one.example:8080', true],
    ['http://one.example:9090', false],
    ['http://127.0.0.1', false],
  ])('%s learns of the run: %s', (url, learns) => {
    const { baggage = '' } = headersFor(url, inScope, to);
    expect(baggage.includes('spanledger.run.id=run-1')).toBe(learns);
    expect(baggage.includes('spanledger.')).toBe(learns);
  });

  test("the app's own baggage goes everywhere, as before", () => {
    const own = propagation.setBaggage(inScope, propagation.createBaggage({ team: { value: 'red' } }));
    expect(headersFor('http://elsewhere.example', own, to)['baggage']).toBe('team=red');
    expect(headersFor('http://agents.internal', own, to)['baggage']).toContain('team=red');
  });

  test('step names stay in the process; run, node and tenant arrive', () => {
    const headers = headersFor('http://agents.internal', inScope, { ...to, key: KEY });
    expect(headers['baggage']).not.toContain('step-1');
    expect(stepScopeOf(received(headers, { key: KEY }))).toEqual({
      runId: 'run-1',
      nodeId: 'planner',
      tenantId: 'acme',
    });
  });

  test('unsigned, wrongly signed and moved names are not believed, and go no further', () => {
    const unsigned = headersFor('http://agents.internal', inScope, to);
    const signed = headersFor('http://agents.internal', inScope, { ...to, key: KEY });
    const moved = { ...signed, traceparent: `00-${'3'.repeat(32)}-${'4'.repeat(16)}-01` };
    const changed = { ...signed, baggage: signed['baggage']?.replace('acme', 'evil') ?? '' };
    for (const headers of [unsigned, moved, changed]) {
      const context = received(headers, { key: KEY });
      expect(stepScopeOf(context)).toBeUndefined();
      expect(propagation.getBaggage(context)?.getAllEntries()).toEqual([]);
    }
    expect(stepScopeOf(received(signed, { key: 'another key of sixteen' }))).toBeUndefined();
    expect(stepScopeOf(received(unsigned, {}))).toBeUndefined();
    expect(stepScopeOf(received(unsigned, { trust: 'all' }))).toMatchObject({ runId: 'run-1' });
  });

  test('any baggage header is taken without an error and gives a bounded scope or none', () => {
    const entry = fc.tuple(
      fc.constantFrom('spanledger.run.id', 'spanledger.tenant.id', 'spanledger.signature', '__proto__', 'x'),
      fc.oneof(fc.string(), fc.string({ minLength: 300, maxLength: 400 }), fc.string({ unit: 'binary' })),
    );
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const baggage = entries.map(([key, value]) => `${key}=${encodeURIComponent(value.toWellFormed())}`).join(',');
        const scope = stepScopeOf(received({ baggage }, { trust: 'all' }));
        if (scope !== undefined) {
          expect(scope.runId.length).toBeLessThanOrEqual(256);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: those must not get in.
          expect(JSON.stringify(scope)).not.toMatch(/[\u0000-\u001f]/);
        }
      }),
    );
  });

  test.each([
    [{ sendTo: ['*'] }, 'HOST_PATTERN_INVALID'],
    [{ sendTo: ['ok.example', 'http://x'] }, 'HOST_PATTERN_INVALID'],
    [{ key: 'short' }, 'PROPAGATION_KEY_INVALID'],
    [{ trust: 'signed' as const }, 'PROPAGATION_KEY_INVALID'],
  ])('%j is refused', (options, code) => {
    expect(() => scopePropagator(w3c, options)).toThrowError(expect.objectContaining({ code }));
  });

  test('the global context stays as it was', () => {
    expect(stepScopeOf(context.active())).toBeUndefined();
  });
});
