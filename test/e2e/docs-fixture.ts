import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runSupportCrew, startLocalLlm, startTelemetry } from '../../examples/multi-agent/src/index.ts';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { logBody, toBinary, traceBody } from '../otlp/bodies.ts';

/** A collector that holds a run of the example app, as the pages show it. */
export interface RecordedCrew {
  readonly collector: Collector;
  readonly runId: string;
}

/** Starts a collector, runs the example app against it, and sends what the app has none of, so that every view has rows. */
export async function recordCrew(): Promise<RecordedCrew> {
  const collector = await startCollector();
  // Before the crew: the pages' examples are about the newest run.
  await sendFindings(collector);
  await sendFaults(collector);
  const telemetry = startTelemetry(collector.url);
  const llm = await startLocalLlm();
  const { runId } = await runSupportCrew({ openAiBaseUrl: llm.url });
  await telemetry.stop();
  await llm.close();
  await collector.settled();
  const target = { agent_name: 'analyst', p95_ms: 900, error_rate: 0.05 };
  await fetch(`${collector.url}/v1/sla/targets/analyst`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(target),
  });
  return { collector, runId };
}

/** A guardrail, a call of a model that has a price, and an evaluation. */
async function sendFindings(collector: Collector): Promise<void> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const attributes = { 'gen_ai.operation.name': 'run_guardrail', 'gen_ai.security.guardrail.name': 'pii' };
  const span = { name: 'run_guardrail pii', startTimeUnixNano: now, endTimeUnixNano: now, attributes };
  const evaluation = { 'gen_ai.evaluation.name': 'relevance', 'gen_ai.evaluation.score.value': 0.8 };
  const log = { eventName: 'gen_ai.evaluation.result', timeUnixNano: now, attributes: evaluation };
  const call = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
  };
  const chat = { name: 'chat gpt-4o', startTimeUnixNano: now, endTimeUnixNano: now, attributes: call };
  await collector.post('traces', toBinary(traceBody([span, chat])));
  await collector.post('logs', toBinary(logBody([log])));
}

/** A span without an id, and one that comes again with other content. */
async function sendFaults(collector: Collector): Promise<void> {
  const time = String(BigInt(Date.now()) * 1_000_000n);
  for (const [spanId, name] of [
    ['00', 'no id'],
    ['00000000000000fa', 'first'],
    ['00000000000000fa', 'second'],
  ]) {
    const span = { traceId: 'fa'.repeat(16), spanId, name, startTimeUnixNano: time, endTimeUnixNano: time };
    await collector.post('traces', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
  }
}

/** Root of the repository. */
export const ROOT: string = path.join(import.meta.dirname, '../..');

/** Text of a page, named from the root. */
export function readPage(name: string): Promise<string> {
  return readFile(path.join(ROOT, name), 'utf8');
}

/** Fenced blocks of a language, in order. */
export function blocks(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1] ?? '');
}

/** Cells of all rows of a page's tables, without their backticks. */
export function tableRows(page: string): string[][] {
  const lines = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
  return lines.map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$|`/g, '')));
}
