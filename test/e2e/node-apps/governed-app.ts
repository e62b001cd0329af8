import { setTimeout as delay } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { carbonEstimator, StepRuntime } from '@spanledger/sdk';
import { genaiPrices } from '@spanledger/sdk/prices';
import OpenAI from 'openai';

// An app that governs its steps and knows of OpenTelemetry's API alone. `ENDING` says how it ends.
const ending = process.env['ENDING'];
if (ending === 'own handler') {
  // Nothing waits for an answer: the app closes what it has, in its own time, and says how it ended.
  process.once('SIGTERM', () => void delay(300).then(() => process.exit(7)));
}

const client = new OpenAI({ baseURL: process.env['LLM_URL'] ?? '', apiKey: 'local', maxRetries: 0 });
const runtime = new StepRuntime({
  policy: { id: 'weather', version: '1', rules: [] },
  tenant: 'default',
  usage: { prices: genaiPrices(), carbon: carbonEstimator({ region: 'SWE' }) },
});
const { outcome, runId } = await runtime.withRun({ workflow: 'weather' }, async (run) => {
  const outcome = await runtime.run({
    task: 'What is the weather in Oslo?',
    node: {
      id: 'ask',
      kind: 'model',
      run: async ({ task }) => {
        if (ending === 'never') await new Promise(() => setInterval(() => {}, 1000));
        const messages = [{ role: 'user' as const, content: task }];
        const completion = await client.chat.completions.create({ model: 'gpt-5-mini', messages });
        return completion.choices[0]?.message.content ?? '';
      },
    },
  });
  return { outcome, runId: run.id };
});
trace.getTracer('app').startSpan('ungoverned').end();
console.log(JSON.stringify({ runId, ok: outcome.ok, record: outcome.record }));
if (ending !== undefined) setInterval(() => {}, 1000);
