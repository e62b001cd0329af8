import { StepAbortedError, type StepNode, StepTimeoutError } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

const never = (): Promise<string> => new Promise(() => {});
const throwing = (thrown: unknown): StepNode => ({
  id: 'thrower',
  run: () => {
    throw thrown;
  },
});

describe('a step that does not complete has one outcome, and one span', () => {
  test('when the node throws', async () => {
    const { runtime, steps } = testRuntime();
    const outcome = await runtime.run({ task: 'x', node: throwing(new TypeError('synthetic_failure')) });
    expect(outcome).toMatchObject({
      ok: false,
      verdict: 'commit',
      status: 'failed',
      blockedBy: 'node_exception:synthetic_failure',
      output: { content: '' },
    });
    expect(outcome.record.blocked).toBe(false);
    expect(steps()).toHaveLength(1);
    expect(steps()[0]?.status).toEqual({ code: 2, message: 'synthetic_failure' });
    expect(steps()[0]?.attributes['error.type']).toBe('TypeError');
  });

  test.each([
    ['text', 'x'],
    ['nothing', undefined],
    ['null', null],
    [
      'hostile',
      {
        toString: () => {
          throw new Error('no');
        },
      },
    ],
  ])('when the node throws a value that is no error: %s', async (_name, thrown) => {
    const { runtime, steps } = testRuntime();
    const outcome = await runtime.run({ task: 'x', node: throwing(thrown) });
    expect(outcome).toMatchObject({ ok: false, status: 'failed', error: { name: 'ThrownValueError', cause: thrown } });
    expect(steps()).toHaveLength(1);
  });

  test('when the node never ends', async () => {
    const { runtime, steps } = testRuntime({ execution: { timeoutMs: 5 } });
    let signal: AbortSignal | undefined;
    const node = echo({
      run: (execution) => {
        signal = execution.signal;
        return never();
      },
    });
    const outcome = await runtime.run({ task: 'x', node });
    expect(outcome).toMatchObject({ ok: false, status: 'failed', blockedBy: 'step_timeout:5' });
    expect(outcome.error).toBeInstanceOf(StepTimeoutError);
    expect(signal?.aborted).toBe(true);
    expect(steps()[0]?.attributes['error.type']).toBe('timeout');
  });

  test('when the caller aborts, before and within', async () => {
    const { runtime, steps } = testRuntime();
    let called = 0;
    const node = echo({
      run: () => {
        called += 1;
        return never();
      },
    });
    const early = await runtime.run({ task: 'x', node, signal: AbortSignal.abort('gone') });
    expect(early).toMatchObject({ ok: false, status: 'cancelled', blockedBy: 'aborted' });
    expect(called).toBe(0);
    const controller = new AbortController();
    const running = runtime.run({ task: 'x', node, signal: controller.signal });
    await Promise.resolve();
    controller.abort('gone');
    const late = await running;
    expect(late).toMatchObject({ ok: false, status: 'cancelled', blockedBy: 'aborted' });
    expect(late.error).toBeInstanceOf(StepAbortedError);
    expect(steps().map((span) => span.attributes['spanledger.status'])).toEqual(['cancelled', 'cancelled']);
  });

  test.each([
    [undefined],
    [null],
    [7],
    [{}],
    [{ content: 1 }],
    [{ content: '', costUsd: -1 }],
    [{ content: '', inputTokens: Number.NaN }],
  ])('when the node returns no output: %j', async (returned) => {
    const { runtime } = testRuntime();
    const node = echo({ run: () => returned as unknown as string });
    expect(await runtime.run({ task: 'x', node })).toMatchObject({
      ok: false,
      status: 'failed',
      error: { code: 'NODE_OUTPUT' },
    });
  });

  test('when a check throws: closed before the node, a warning after it', async () => {
    let called = 0;
    const node = echo({
      run: () => {
        called += 1;
        return 'x';
      },
    });
    const broken = (name: string, phase: 'before' | 'after') => ({
      name,
      phase,
      evaluate: () => {
        throw new Error('with content of the step');
      },
    });
    const before = testRuntime({ node, checks: { custom: [broken('tenant', 'before')] } });
    const denied = await before.runtime.run({ task: 'x' });
    expect(denied).toMatchObject({ ok: false, verdict: 'reject', status: 'blocked', blockedBy: 'tenant:check_error' });
    expect(called).toBe(0);
    expect(JSON.stringify(before.steps()[0]?.attributes)).not.toContain('with content');
    const open = testRuntime({ node, checks: { custom: [broken('tenant', 'before')], failOpen: ['tenant'] } });
    expect(await open.runtime.run({ task: 'x' })).toMatchObject({ ok: true });
    const after = testRuntime({ node, checks: { custom: [broken('sla', 'after')] } });
    const passed = await after.runtime.run({ task: 'x' });
    expect(passed).toMatchObject({ ok: true, output: { content: 'x' } });
    expect(passed.record.checks.at(-1)).toMatchObject({ name: 'sla', outcome: 'error', reason: 'check_error' });
  });

  test('when a check promises and breaks it', async () => {
    const custom = [{ name: 'identity', phase: 'before' as const, evaluate: () => Promise.reject(new Error('down')) }];
    const { runtime } = testRuntime({ node: echo(), checks: { custom } });
    expect(await runtime.run({ task: 'x' })).toMatchObject({ ok: false, blockedBy: 'identity:check_error' });
  });
});
