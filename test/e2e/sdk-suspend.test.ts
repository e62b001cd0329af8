import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type StepNode, StepRuntime } from '@spanledger/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';

let collector: Collector;
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  collector = await startCollector();
});
afterAll(() => collector.stop());

/** A process as far as the ledger can see: its own providers, and its own producer. */
function startProcess() {
  const spans = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${collector.url}/v1/traces` }) });
  const exporter = new OTLPLogExporter({ url: `${collector.url}/v1/logs` });
  const tracerProvider = new TracerProvider({ spanProcessors: [spans] });
  const loggerProvider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
  const policy = { id: 'desk', version: '1', rules: [] };
  const risk = { approvalTier: 4 as const };
  const runtime = new StepRuntime({ policy, risk, digestKey: 'shared', tracerProvider, loggerProvider });
  return { runtime, end: () => Promise.all([tracerProvider.shutdown(), loggerProvider.shutdown()]) };
}

const refund: StepNode = { id: 'refund', riskTier: 4, run: () => 'refunded' };
const runsOf = () => collector.query("SELECT status, step_count FROM runs WHERE run_id = 'refund-1'");

test('a step that is suspended in one process and resumed in another is one step of one run, without a gap', async () => {
  const before = startProcess();
  const workflow = { workflow: 'refunds', runId: 'refund-1' };
  const paused = await before.runtime.withRun(workflow, async () => {
    await before.runtime.run({ task: 'x', node: { id: 'look', run: () => 'an order' } });
    return before.runtime.run({ task: 'refund 5', node: refund });
  });
  const suspended = before.runtime.suspend(paused.humanContext?.ticket ?? '');
  await before.end();
  await collector.settled();
  expect(await runsOf()).toMatchObject([{ status: 'paused' }]);

  const after = startProcess();
  const decision = { approved: true, by: 'ada', reason: 'a loyal customer' };
  await after.runtime.withRun(workflow, () => after.runtime.resumeSuspended(suspended, decision, { node: refund }));
  await after.end();
  await collector.settled();
  expect(await runsOf()).toMatchObject([{ status: 'completed' }]);
  const trail = await collector.query(
    "SELECT node_id, attempt, verdict, status FROM audit_trail LEFT JOIN steps USING (tenant, run_id, step_id, attempt) WHERE run_id = 'refund-1' AND verdict IS NOT NULL ORDER BY node_id, attempt",
  );
  expect(trail).toEqual([
    { node_id: 'look', attempt: 1, verdict: 'commit', status: 'completed' },
    { node_id: 'refund', attempt: 1, verdict: 'escalate', status: 'paused' },
    { node_id: 'refund', attempt: 2, verdict: 'commit', status: 'completed' },
  ]);
  expect(await collector.query("SELECT * FROM run_anomalies WHERE run_id = 'refund-1'")).toEqual([]);
  const [overridden] = await collector.query(
    "SELECT count() AS n FROM events WHERE run_id = 'refund-1' AND name = 'spanledger.step.overridden'",
  );
  expect(Number((overridden as { n: unknown }).n)).toBe(1);
});
