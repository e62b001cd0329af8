/** Runs the SDK on OpenTelemetry's older packages against a real collector: `npm run test:old-train`. It needs a package registry. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startCollector } from '../../collector-fixture.ts';

const run = promisify(execFile);
const packages = path.join(import.meta.dirname, '../../../packages');
const home = await mkdtemp(path.join(os.tmpdir(), 'spanledger-old-train-'));
const collector = await startCollector();
try {
  await cp(import.meta.dirname, home, { recursive: true });
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: home });
  for (const name of ['semconv', 'sdk']) {
    const target = path.join(home, 'node_modules/@spanledger', name);
    for (const part of ['dist', 'package.json']) {
      await cp(path.join(packages, name, part), path.join(target, part), { recursive: true });
    }
  }
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'old-train' };
  const { stdout } = await run(process.execPath, ['app.mjs'], { cwd: home, env });
  const said = JSON.parse(stdout) as {
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
  console.log('The SDK works on OpenTelemetry API 1.9 and SDK 2.');
} finally {
  await collector.stop();
  await rm(home, { recursive: true });
}
