import { trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

describe('telemetry that fails does not fail the step', () => {
  test('without providers records are counted as lost', async () => {
    const { runtime } = testRuntime({
      node: echo(),
      tracerProvider: {
        getTracer: () => ({
          startSpan: () => {
            throw new Error('no tracer');
          },
        }),
      } as never,
      loggerProvider: {
        getLogger: () => ({
          emit: () => {
            throw new Error('no logger');
          },
        }),
      },
    });
    expect(await runtime.run({ task: 'x' })).toMatchObject({ ok: true, output: { content: 'echo:x' } });
    expect(runtime.stats).toMatchObject({ steps: 1, unrecordedSpans: 1, lostRecords: 2 });
  });

  test('a ledger and an observer that fail are counted', async () => {
    const { runtime } = testRuntime({
      node: echo(),
      ledger: { write: () => Promise.reject(new Error('full')) },
      observer: {
        notify: () => {
          throw new Error('deaf');
        },
      },
    });
    const outcome = await runtime.run({ task: 'x' });
    expect(outcome.ok).toBe(true);
    expect(runtime.stats).toMatchObject({ ledgerErrors: 1, observerErrors: 2 });
  });

  test('an unrecorded span is said', async () => {
    const { runtime } = testRuntime({ node: echo(), tracerProvider: { getTracer: () => trace.getTracer('none') } });
    const { record } = await runtime.run({ task: 'x' });
    expect(record.checks.find((check) => check.name === 'audit')).toMatchObject({
      outcome: 'warn',
      reason: 'not_recorded',
    });
    expect(runtime.stats.unrecordedSpans).toBe(1);
  });
});

describe('ledger and observer', () => {
  test('get every record, in order', async () => {
    const written: string[] = [];
    const heard: string[] = [];
    const { runtime } = testRuntime({
      ledger: { write: (record) => void written.push(record.nodeId) },
      observer: { notify: (event) => void heard.push(`${event.name}:${event.nodeId}`) },
    });
    for (const id of ['node_0', 'node_1', 'node_2']) await runtime.run({ task: 'x', runId: 'r', node: echo({ id }) });
    expect(written).toEqual(['node_0', 'node_1', 'node_2']);
    expect(heard.slice(0, 2)).toEqual(['spanledger.step.decided:node_0', 'spanledger.step.ended:node_0']);
  });
});
