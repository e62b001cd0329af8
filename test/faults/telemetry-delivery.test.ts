import { context, logs } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type ExportOptions, type SpanledgerProcessors, spanledgerProcessors } from '@spanledger/node';
import { StepRuntime } from '@spanledger/sdk';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { type ScriptedCollector, startScripted } from './telemetry-fixture.ts';

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));

interface GovernedApp {
  readonly processors: SpanledgerProcessors;
  readonly runtime: StepRuntime;
  readonly loggerProvider: LoggerProvider;
  /** Runs so many steps in one run; every one must be ok. */
  steps(count: number, runId?: string): Promise<void>;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** An app with a provider of its own, to which the processors are added. */
function startGovernedApp(options: ExportOptions): GovernedApp {
  const processors = spanledgerProcessors({ delayMs: 20, retryMs: 0, timeoutMs: 1500, ...options });
  const tracerProvider = new TracerProvider({ spanProcessors: [processors.spanProcessor] });
  const loggerProvider = new LoggerProvider({ processors: [processors.logRecordProcessor] });
  const policy = { id: 'p', version: '1', rules: [] };
  const runtime = new StepRuntime({ policy, tracerProvider, loggerProvider, tenant: 'default' });
  const flush = async (): Promise<void> => {
    await Promise.allSettled([processors.spanProcessor.forceFlush(), processors.logRecordProcessor.forceFlush()]);
  };
  return {
    processors,
    runtime,
    loggerProvider,
    flush,
    async steps(count, runId) {
      const body = async (): Promise<void> => {
        for (let i = 0; i < count; i += 1) {
          const outcome = await runtime.run({ task: `step ${i}`, node: { id: 'work', run: ({ task }) => task } });
          expect(outcome).toMatchObject({ ok: true, status: 'completed' });
        }
      };
      await runtime.withRun({ workflow: 'faults', ...(runId === undefined ? {} : { runId }) }, body);
    },
    async stop() {
      await Promise.allSettled([tracerProvider.shutdown(), loggerProvider.shutdown()]);
    },
  };
}

const open: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];
const kept = <T extends (typeof open)[number]>(one: T): T => {
  open.push(one);
  return one;
};
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await (one.close?.() ?? one.stop?.());
});

describe('the app runs on, and what is lost is counted', () => {
  test.each<[string, (scripted: ScriptedCollector) => Promise<unknown>]>([
    ['absent', (scripted) => scripted.close()],
    ['refusing for good', async (scripted) => Object.assign(scripted, { answer: 400 })],
    ['failing', async (scripted) => Object.assign(scripted, { answer: 500 })],
    ['cutting connections', async (scripted) => Object.assign(scripted, { answer: 'reset' })],
    ['never answering', async (scripted) => Object.assign(scripted, { answer: 'hang' })],
  ])('collector %s', async (_, breakIt) => {
    const scripted = await startScripted(200);
    await breakIt(scripted);
    const app = kept(startGovernedApp({ endpoint: scripted.url, timeoutMs: 300 }));
    await app.steps(40);
    await app.flush();
    const { spans, logRecords } = app.processors.health();
    // A step and a run have a span each; a step has a decision record, a run a start and an end.
    expect(spans).toMatchObject({ accepted: 41, delivered: 0, droppedUndelivered: 41, waiting: 0, inFlight: 0 });
    expect(logRecords).toMatchObject({ accepted: 42, delivered: 0, droppedUndelivered: 42, waiting: 0, inFlight: 0 });
    expect(app.runtime.stats).toMatchObject({ lostRecords: 0, steps: 40 });
    if (scripted.answer !== 200) await scripted.close();
  });

  test('a collector that is slow gets everything', async () => {
    const scripted = kept(await startScripted('slow'));
    const app = kept(startGovernedApp({ endpoint: scripted.url }));
    await app.steps(40);
    await app.flush();
    const { spans, logRecords } = app.processors.health();
    expect(spans).toMatchObject({ accepted: 41, delivered: 41, waiting: 0, inFlight: 0 });
    expect(logRecords).toMatchObject({ accepted: 42, delivered: 42, waiting: 0, inFlight: 0 });
  });

  test('what waits is bounded by number', async () => {
    const scripted = kept(await startScripted('hang'));
    const app = kept(startGovernedApp({ endpoint: scripted.url, queueLimit: 30, delayMs: 60_000 }));
    await app.steps(200);
    const { spans } = app.processors.health();
    expect(spans.waiting).toBeLessThanOrEqual(30);
    expect(spans.waiting + spans.inFlight + spans.droppedFull).toBe(201);
    expect(spans.droppedFull).toBeGreaterThan(100);
  });

  test('what waits is bounded by bytes', async () => {
    const scripted = kept(await startScripted('hang'));
    const processors = spanledgerProcessors({ endpoint: scripted.url, queueByteLimit: 1_000_000, delayMs: 60_000 });
    const tracer = new TracerProvider({ spanProcessors: [processors.spanProcessor] }).getTracer('test');
    const text = 'x'.repeat(300_000);
    for (let i = 0; i < 10; i += 1) tracer.startSpan('large', { attributes: { text } }).end();
    expect(processors.health().spans).toMatchObject({ accepted: 10, waiting: 3, droppedFull: 7 });
  });

  test('a batch is tried again until the collector is back', async () => {
    const scripted = kept(await startScripted(500));
    const app = kept(startGovernedApp({ endpoint: scripted.url, retryMs: 60_000 }));
    await app.steps(5);
    await vi.waitFor(() => expect(app.processors.health().spans.inFlight).toBe(6));
    scripted.answer = 200;
    await vi.waitFor(() => expect(app.processors.health().spans).toMatchObject({ delivered: 6, inFlight: 0 }), 20_000);
    expect(app.processors.health().logRecords).toMatchObject({ accepted: 7, delivered: 7 });
  });
});

test('a collector that restarts: what was lost shows as a gap in the chain, and is told in numbers', async () => {
  const first: Collector = await startCollector();
  const { port } = new URL(first.url);
  const runId = 'run-with-a-gap';
  const app = kept(startGovernedApp({ endpoint: first.url, timeoutMs: 5000 }));
  logs.setGlobalLoggerProvider(app.loggerProvider);
  await app.runtime.withRun({ workflow: 'gap', runId }, async () => {
    const step = () => app.runtime.run({ task: 't', node: { id: 'work', run: ({ task }) => task } });
    await step();
    await app.flush();
    await first.stop(true);
    await step();
    await step();
    await app.flush();
    const second = kept(await startCollector({ port, data_dir: first.dataDirectory }));
    await step();
    await app.flush();
    expect(second.url).toBe(first.url);
  });
  await app.flush();
  const { spans, logRecords } = app.processors.health();
  expect(spans).toMatchObject({ droppedUndelivered: 2, droppedFull: 0, waiting: 0, inFlight: 0 });
  expect(logRecords).toMatchObject({ droppedUndelivered: 2, droppedFull: 0 });

  const collector = open.find((one) => 'query' in one) as Collector;
  await app.flush();
  await collector.settled();
  const anomalies = await collector.query('SELECT reason, detail FROM run_anomalies WHERE run_id = {runId: String}', {
    runId,
  });
  // Started, then decision and outcome of four steps, then ended: ten records, of which four are missing.
  expect(anomalies).toEqual([{ reason: 'missing_records', detail: expect.stringMatching(/^4 of 10 by /) }]);
  const told = await collector.query<Record<string, unknown>>(
    `SELECT sum(toUInt32(attributes['spanledger.telemetry.dropped_spans'])) AS spans,
      sum(toUInt32(attributes['spanledger.telemetry.dropped_log_records'])) AS log_records
    FROM events WHERE name = 'spanledger.telemetry.dropped'`,
  );
  expect(told).toEqual([{ spans: '2', log_records: '2' }]);
});
