import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type StepNode, StepRuntime } from '@spanledger/sdk';
import { checkOptions } from './sdk/governed.ts';
import { sending } from './sdk/nowhere.ts';

const STEPS_OF_A_RUN = 10;
const NODES = 40;
const AGENTS = 12;
const MODELS = ['gpt-4o-mini', 'gpt-4o', 'claude-sonnet-4-5'];
const WORDS =
  'please look up where the order of last week is and tell our customer when it will arrive or what to do about the refund'.split(
    ' ',
  );
const RUNS_A_FLUSH = 500;

const whole = (least: number, most: number): number => least + Math.floor(Math.random() * (most - least + 1));

/** About 200 bytes that come once. */
const text = (): string => Array.from({ length: 40 }, () => WORDS[whole(0, WORDS.length - 1)]).join(' ');

function node(at: number): StepNode {
  const model = MODELS[at % MODELS.length] ?? '';
  return {
    id: `node-${at}`,
    kind: 'agent',
    agent: `agent-${at % AGENTS}`,
    action: 'answer the question',
    slaTargetMs: 1000,
    estimate: { costUsd: 0.001, tokens: 100 },
    run: () => ({
      content: text(),
      model,
      provider: model.startsWith('claude') ? 'anthropic' : 'openai',
      inputTokens: whole(50, 900),
      outputTokens: whole(50, 400),
      costUsd: whole(100, 900_000) / 1e9,
      confidence: whole(95, 99) / 100,
    }),
  };
}

/**
 * Runs governed steps of the SDK with all checks, as an app would, and sends them by OTLP: runs of ten steps in one trace, 40 nodes, each
 * input and output another text, recorded by digest.
 * @param url of the collector, whose tenant is `default`
 * @param steps a multiple of ten
 */
export async function sendGovernedSteps(url: string, steps: number): Promise<void> {
  const { options } = await checkOptions();
  // The credential of the SDK's bench names another tenant than the collector's.
  const { identity: _, tenant: __, ...others } = options;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { tracerProvider, loggerProvider } = sending(url);
  const runtime = new StepRuntime({
    policy: { id: 'none', version: '1', rules: [] },
    ...Object.assign({}, ...Object.values(others)),
    tracerProvider,
    loggerProvider,
  });
  const flush = async (): Promise<void> => {
    await Promise.all([tracerProvider.forceFlush(), loggerProvider.forceFlush()]);
  };
  const nodes = Array.from({ length: NODES }, (_node, at) => node(at));
  const tracer = tracerProvider.getTracer('app');
  for (let run = 0; run < steps / STEPS_OF_A_RUN; run++) {
    const root = tracer.startSpan('run');
    await context.with(trace.setSpan(context.active(), root), async () => {
      for (let step = 0; step < STEPS_OF_A_RUN; step++) {
        const chosen = nodes[(run * 7 + step) % NODES] as StepNode;
        await runtime.run({ task: text(), node: chosen, runId: `run-${run}` });
      }
    });
    root.end();
    if (run % RUNS_A_FLUSH === 0) await flush();
  }
  await flush();
}
