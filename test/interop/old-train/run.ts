/**
 * Runs the SDK, and what the migration notes say of Langfuse and OpenLLMetry, on OpenTelemetry's older packages against a real collector:
 * `npm run test:old-train`. It needs a package registry.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { makeKey } from '../../../collector/src/keys/key-text.ts';
import { startCollector } from '../../collector-fixture.ts';
import { installPrograms, startTaker } from './programs.ts';

const key = makeKey().text;
const collector = await startCollector({}, { SPANLEDGER_KEYS: `${key}:default:ingest` });
const older = await installPrograms(import.meta.dirname);
const openllmetry = await installPrograms(path.join(import.meta.dirname, '../openllmetry'));
const langfuse = await startTaker();
const exporter = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${key}` };
try {
  await theSdk();
  console.log('The SDK works on OpenTelemetry API 1.9 and SDK 2.');
  await besideLangfuse();
  console.log('Beside Langfuse its spans arrive in both places.');
  await pointedHere();
  console.log('The spans of OpenLLMetry arrive.');
} finally {
  langfuse.close();
  await Promise.all([older.remove(), openllmetry.remove(), collector.stop()]);
}

async function theSdk(): Promise<void> {
  const said = JSON.parse(await older.run('app.mjs', exporter)) as {
    inputTokens: number;
    stats: { steps: number; unrecordedSpans: number; lostRecords: number };
  };
  // The call was left out by the sampler, and counted all the same.
  assert.equal(said.inputTokens, 11);
  assert.deepEqual([said.stats.steps, said.stats.unrecordedSpans, said.stats.lostRecords], [2, 0, 0]);

  await collector.settled();
  const runId = 'run-of-the-old-train';
  const steps = await collector.query(
    'SELECT node_id, status, verdict, chain_seq FROM steps WHERE run_id = {runId: String} AND chain_seq > 0 ORDER BY chain_seq',
    { runId },
  );
  assert.deepEqual(steps, [
    { node_id: 'asked', status: 'completed', verdict: 'commit', chain_seq: '3' },
    { node_id: 'denied', status: 'blocked', verdict: 'reject', chain_seq: '6' },
  ]);
  const events = await collector.query<{ name: string }>(
    'SELECT DISTINCT name FROM events WHERE run_id = {runId: String} ORDER BY name',
    { runId },
  );
  assert.deepEqual(
    events.map(({ name }) => name),
    ['said', 'spanledger.run.ended', 'spanledger.run.started', 'spanledger.step.decided', 'spanledger.step.denied'],
  );
  assert.deepEqual(
    await collector.query('SELECT reason FROM run_anomalies WHERE run_id = {runId: String}', { runId }),
    [],
  );
}

async function besideLangfuse(): Promise<void> {
  const own = { LANGFUSE_BASE_URL: langfuse.url, LANGFUSE_PUBLIC_KEY: 'pk-lf-1', LANGFUSE_SECRET_KEY: 'sk-lf-1' };
  const said = await older.run('langfuse.mjs', { ...exporter, ...own });
  assert.equal(said, 'an answer to Where is my parcel?');
  assert.deepEqual(langfuse.asked, ['POST /api/public/otel/v1/traces']);
  assert.deepEqual(await stepsOf('answer'), [{ node_id: 'answer', verdict: null, status: 'completed' }]);
}

async function pointedHere(): Promise<void> {
  const place = { TRACELOOP_BASE_URL: collector.url, TRACELOOP_HEADERS: `x-api-key=${key}` };
  assert.equal(await openllmetry.run('app.mjs', place), 'a plan');
  assert.deepEqual(await stepsOf('plan', 'support'), [
    { node_id: 'plan', verdict: null, status: 'completed' },
    { node_id: 'support', verdict: null, status: 'completed' },
  ]);
}

async function stepsOf(...nodes: readonly string[]): Promise<unknown[]> {
  await collector.settled();
  return collector.query(
    'SELECT node_id, verdict, status FROM steps WHERE node_id IN {nodes: Array(String)} ORDER BY node_id',
    { nodes },
  );
}
