import { type Attributes, context } from '@opentelemetry/api';
import { stepScopeOf } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { echo, type TestRuntime, testRuntime } from '../sdk-fixture.ts';

/** Numbers of all records, by run and producer. */
function numbers({ steps, events }: TestRuntime): Map<string, number[]> {
  const all: Attributes[] = [...events().map((event) => event.attributes), ...steps().map((span) => span.attributes)];
  const chains = Map.groupBy(all, (one) => `${one['spanledger.run.id']} ${one['spanledger.chain.producer']}`);
  return new Map(
    [...chains].map(([key, records]) => [
      key,
      records.map((record) => Number(record['spanledger.chain.seq'])).sort((one, other) => one - other),
    ]),
  );
}

const upTo = (most: number): number[] => Array.from({ length: most }, (_, at) => at + 1);

describe('the chain', () => {
  test('is gap-free for each run, also with steps side by side', async () => {
    const made = testRuntime({ node: echo({ run: async () => 'x' }) });
    await Promise.all(
      ['a', 'b', 'c'].flatMap((runId) => upTo(20).map((n) => made.runtime.run({ task: `${n}`, runId }))),
    );
    const chains = [...numbers(made).values()];
    expect(chains).toEqual([upTo(40), upTo(40), upTo(40)]);
  });

  test('of a run that was forgotten begins anew under another producer', async () => {
    const made = testRuntime({ node: echo(), maxRuns: 10 });
    for (let n = 0; n < 25; n++) await made.runtime.run({ task: 'x', runId: `run-${n}` });
    await made.runtime.run({ task: 'x', runId: 'run-0' });
    const chains = numbers(made);
    expect([...chains.keys()].filter((key) => key.startsWith('run-0 '))).toHaveLength(2);
    for (const chain of chains.values()) expect(chain).toEqual([1, 2]);
  });
});

describe('a run', () => {
  test('has its events, a root span, and its steps below it', async () => {
    const made = testRuntime({ node: echo(), tenant: 'acme' });
    await made.runtime.withRun({ workflow: 'support', runId: 'r', conversationId: 'c' }, async (run) => {
      expect(run.id).toBe('r');
      await made.runtime.run({ task: 'x' });
    });
    expect(made.eventNames()).toEqual(['spanledger.run.started', 'spanledger.step.decided', 'spanledger.run.ended']);
    expect(made.events().at(-1)?.attributes).toMatchObject({
      'spanledger.run.status': 'completed',
      'spanledger.tenant.id': 'acme',
    });
    const [step, root] = made.spans();
    expect(root?.name).toBe('invoke_workflow support');
    expect(step?.parentSpanContext?.spanId).toBe(root?.spanContext().spanId);
    expect(step?.attributes).toMatchObject({
      'spanledger.run.id': 'r',
      'gen_ai.workflow.name': 'support',
      'gen_ai.conversation.id': 'c',
    });
    expect([...numbers(made).values()]).toEqual([upTo(4)]);
  });

  test('within a run names it as its parent; a failing body fails the run', async () => {
    const made = testRuntime({ node: echo() });
    const failing = made.runtime.withRun({ workflow: 'outer', runId: 'outer' }, () =>
      made.runtime.withRun({ workflow: 'inner', runId: 'inner' }, () => Promise.reject(new Error('no'))),
    );
    await expect(failing).rejects.toThrow('no');
    const ends = made.events().filter((event) => event.name === 'spanledger.run.ended');
    expect(
      ends.map(({ attributes }) => [
        attributes['spanledger.run.id'],
        attributes['spanledger.run.parent_id'],
        attributes['spanledger.run.status'],
      ]),
    ).toEqual([
      ['inner', 'outer', 'failed'],
      ['outer', undefined, 'failed'],
    ]);
  });

  test('counts visits and positions', async () => {
    const { runtime } = testRuntime();
    const seen: [number, number][] = [];
    for (const id of ['a', 'b', 'a']) {
      const { record } = await runtime.run({ task: 'x', runId: 'r', node: echo({ id }) });
      seen.push([record.stepIndex, record.visit]);
    }
    expect(seen).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
    ]);
  });

  test('links steps along the edges that were said', async () => {
    const { runtime, steps } = testRuntime();
    await runtime.run({ task: 'x', runId: 'r', node: echo({ id: 'a' }) });
    await runtime.run({ task: 'x', runId: 'r', node: echo({ id: 'b' }), from: ['a', 'unknown'] });
    const [a, b] = steps();
    expect(b?.links.map((link) => link.context.spanId)).toEqual([a?.spanContext().spanId]);
    expect(b?.attributes).toMatchObject({ 'spanledger.edge.from': ['a', 'unknown'], 'spanledger.edge.outcome': 'ok' });
    expect(a?.attributes['spanledger.edge.outcome']).toBeUndefined();
  });
});

test('a thousand steps side by side keep their contexts apart', async () => {
  const made = testRuntime({ tenant: 'acme' });
  const seen = await Promise.all(
    upTo(1000).map(async (n) => {
      const node = echo({
        id: `node-${n}`,
        run: async ({ task, stepId }) => {
          await new Promise((resolve) => setImmediate(resolve));
          const scope = stepScopeOf(context.active());
          return `${task} ${scope?.runId} ${scope?.nodeId} ${scope?.stepId === stepId} ${scope?.tenantId}`;
        },
      });
      const outcome = await made.runtime.run({ task: `task-${n}`, runId: `run-${n}`, node });
      return outcome.output.content;
    }),
  );
  expect(seen).toEqual(upTo(1000).map((n) => `task-${n} run-${n} node-${n} true acme`));
});
