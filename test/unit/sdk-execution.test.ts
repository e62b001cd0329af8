import type { ApprovalDecision, RuntimeOptions } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { CircuitBreaker } from '../../packages/sdk/src/execution/circuit-breaker.ts';
import { echo, testRuntime } from '../sdk-fixture.ts';

/** A node that fails a number of times, then works. */
function failing(times: number) {
  let calls = 0;
  return echo({
    run: ({ attempt }) => {
      calls += 1;
      if (calls <= times) throw new Error(`failure ${calls}`);
      return `attempt ${attempt}`;
    },
  });
}

describe('a retry', () => {
  const retry = { attempts: 3, delayMs: 1 };

  test('is an attempt with a record of its own, under the same step', async () => {
    const { runtime, steps, eventNames } = testRuntime({ execution: { retry } });
    const outcome = await runtime.run({ task: 'x', node: failing(2) });
    expect(outcome).toMatchObject({ ok: true, output: { content: 'attempt 3' }, record: { attempt: 3 } });
    const seen = steps().map(({ attributes }) => [
      attributes['spanledger.step.attempt'],
      attributes['spanledger.status'],
    ]);
    expect(seen).toEqual([
      [undefined, 'failed'],
      [2, 'failed'],
      [3, 'completed'],
    ]);
    expect(new Set(steps().map((span) => span.attributes['spanledger.step.id'])).size).toBe(1);
    expect(eventNames()).toHaveLength(3);
  });

  test('ends at its number, and where the error is not worth it', async () => {
    const { runtime } = testRuntime({ execution: { retry } });
    expect(await runtime.run({ task: 'x', node: failing(9) })).toMatchObject({
      status: 'failed',
      record: { attempt: 3 },
    });
    const picky = testRuntime({
      execution: { retry: { ...retry, isRetryable: (error) => error.message === 'failure 1' } },
    });
    expect(await picky.runtime.run({ task: 'x', node: failing(9) })).toMatchObject({ record: { attempt: 2 } });
  });

  test('is governed again: a budget that is used up ends it', async () => {
    const { runtime } = testRuntime({ execution: { retry }, budget: { limits: [{ per: 'run', steps: 2 }] } });
    const outcome = await runtime.run({ task: 'x', node: failing(9) });
    expect(outcome).toMatchObject({ status: 'blocked', blockedBy: 'budget:over_steps', record: { attempt: 3 } });
  });

  test('does not follow an abort', async () => {
    const controller = new AbortController();
    const { runtime } = testRuntime({ execution: { retry: { attempts: 9, delayMs: 60_000 } } });
    const node = echo({
      run: () => {
        setImmediate(() => controller.abort());
        throw new Error('no');
      },
    });
    const outcome = await runtime.run({ task: 'x', node, signal: controller.signal });
    expect(outcome).toMatchObject({ status: 'failed', record: { attempt: 1 } });
  });

  test.each<NonNullable<RuntimeOptions['execution']>>([
    { timeoutMs: 0 },
    { retry: { attempts: 0 } },
    { retry: { attempts: 2, jitter: 2 } },
    { breaker: { failures: -1 } },
  ])('and the rest of execution is refused when it can not be meant: %j', (execution) => {
    expect(() => testRuntime({ execution })).toThrow(expect.objectContaining({ code: 'EXECUTION_OPTIONS' }));
  });
});

describe('a circuit breaker', () => {
  test('opens after failures, and lets one try', () => {
    let now = 0;
    const breaker = new CircuitBreaker({ failures: 2, windowMs: 100, openMs: 50 }, () => now);
    const admit = () => breaker.admit('n');
    expect(admit()).toBe('normal');
    breaker.note('n', 'normal', false);
    now = 100;
    // The first failure is out of the window.
    breaker.note('n', 'normal', false);
    expect(admit()).toBe('normal');
    breaker.note('n', 'normal', false);
    expect(admit()).toBeUndefined();
    now = 150;
    expect([admit(), admit(), admit()]).toEqual(['trial', undefined, undefined]);
    // What began before says nothing.
    breaker.note('n', 'normal', true);
    breaker.note('n', 'normal', false);
    expect(admit()).toBeUndefined();
    breaker.note('n', 'trial', false);
    now = 199;
    expect(admit()).toBeUndefined();
    now = 200;
    expect(admit()).toBe('trial');
    breaker.release('n', 'trial');
    expect(admit()).toBe('trial');
    breaker.note('n', 'trial', true);
    expect([admit(), admit()]).toEqual(['normal', 'normal']);
    expect(breaker.admit('other')).toBe('normal');
  });

  test('blocks steps of a node that keeps failing', async () => {
    const { runtime } = testRuntime({ execution: { breaker: { failures: 2 } } });
    const node = failing(9);
    for (let n = 0; n < 2; n++) expect((await runtime.run({ task: 'x', node })).status).toBe('failed');
    const outcome = await runtime.run({ task: 'x', node });
    expect(outcome).toMatchObject({ verdict: 'reject', status: 'blocked', blockedBy: 'execution:circuit_open' });
    expect(await runtime.run({ task: 'x', node: echo({ id: 'other' }) })).toMatchObject({ ok: true });
  });
});

describe('a human', () => {
  const risk = { approvalTier: 1 as const };
  const yes: ApprovalDecision = { approved: true, by: 'ada', reason: 'looks right' };
  const no: ApprovalDecision = { approved: false, by: 'ada', reason: 'too much' };

  test('approves at once: the step goes on, and it is recorded who and why', async () => {
    const { runtime, events, steps } = testRuntime({ risk, approval: async () => yes, node: echo() });
    const outcome = await runtime.run({ task: 'x' });
    expect(outcome).toMatchObject({ ok: true, verdict: 'commit', output: { content: 'echo:x' } });
    expect(events().map((event) => event.name)).toEqual([
      'spanledger.step.decided',
      'spanledger.step.escalated',
      'spanledger.run.paused',
      'spanledger.run.resumed',
      'spanledger.step.overridden',
    ]);
    expect(events()[0]?.attributes['spanledger.verdict']).toBe('escalate');
    expect(events().at(-1)?.attributes).toMatchObject({
      'spanledger.approval.approved': true,
      'spanledger.approval.by': 'ada',
      'spanledger.approval.reason': 'looks right',
    });
    expect(steps()).toHaveLength(1);
  });

  test('decided at a time of its own, which is recorded', async () => {
    const before = Date.now();
    const timeOf = async (decision: ApprovalDecision) => {
      const { runtime, events } = testRuntime({ risk, approval: () => decision, node: echo() });
      await runtime.run({ task: 'x' });
      return events().at(-1)?.attributes['spanledger.approval.time_ms'];
    };
    expect(await timeOf({ ...yes, timeMs: 1_764_061_200_000 })).toBe(1_764_061_200_000);
    expect(await timeOf(yes)).toBeGreaterThanOrEqual(before);
  });

  test('rejects: nothing runs, and nothing that follows in the run', async () => {
    const { runtime } = testRuntime({ risk, approval: () => no, node: echo() });
    const outcome = await runtime.run({ task: 'x', runId: 'r' });
    expect(outcome).toMatchObject({ verdict: 'reject', status: 'blocked', blockedBy: 'risk:human_rejected' });
    const next = await runtime.run({ task: 'x', runId: 'r' });
    expect(next).toMatchObject({ ok: false, status: 'skipped', blockedBy: `run_stopped:${outcome.record.stepId}` });
    expect(await runtime.run({ task: 'x', runId: 's' })).toMatchObject({ status: 'blocked' });
    const branching = testRuntime({ risk, approval: () => ({ ...no, stopRun: false }), node: echo() });
    await branching.runtime.run({ task: 'x', runId: 'r' });
    expect(await branching.runtime.run({ task: 'x', runId: 'r' })).toMatchObject({ status: 'blocked' });
  });

  test('comes later: the step is paused, and resumed once as a further attempt', async () => {
    const { runtime, steps, eventNames } = testRuntime({ risk, node: echo() });
    const paused = await runtime.run({ task: 'x', runId: 'r' });
    expect(paused).toMatchObject({ ok: false, pausedForHuman: true, record: { status: 'paused', attempt: 1 } });
    const ticket = paused.humanContext?.ticket ?? '';
    const resumed = await runtime.resume(ticket, yes);
    expect(resumed).toMatchObject({
      ok: true,
      output: { content: 'echo:x' },
      record: { attempt: 2, stepId: paused.record.stepId },
    });
    expect(steps().map((span) => span.attributes['spanledger.status'])).toEqual(['paused', 'completed']);
    expect(eventNames()).toEqual([
      'spanledger.step.decided',
      'spanledger.step.escalated',
      'spanledger.run.paused',
      'spanledger.run.resumed',
      'spanledger.step.overridden',
      'spanledger.step.decided',
    ]);
    await expect(runtime.resume(ticket, yes)).rejects.toMatchObject({ code: 'UNKNOWN_TICKET' });
  });

  test('rejects later: the step is blocked without being asked again', async () => {
    const { runtime } = testRuntime({ risk, node: echo() });
    const paused = await runtime.run({ task: 'x', runId: 'r' });
    const rejected = await runtime.resume(paused.humanContext?.ticket ?? '', no);
    expect(rejected).toMatchObject({ verdict: 'reject', blockedBy: 'risk:human_rejected', record: { attempt: 2 } });
    expect(await runtime.run({ task: 'x', runId: 'r' })).toMatchObject({ status: 'skipped' });
  });

  test('approves one check, not what another denies', async () => {
    const { runtime } = testRuntime({
      risk,
      node: echo(),
      tools: { allow: {} },
    });
    const paused = await runtime.run({ task: 'x' });
    expect(paused.pausedForHuman).toBe(true);
    const denied = await runtime.run({ task: 'x', tool: { name: 'rm' } });
    expect(denied).toMatchObject({ verdict: 'reject', blockedBy: 'tool_permission:tool_not_allowed' });
  });

  test('is not taken for one when the hook fails', async () => {
    const { runtime } = testRuntime({ risk, node: echo(), approval: () => Promise.reject(new Error('pager is down')) });
    expect(await runtime.run({ task: 'x' })).toMatchObject({ status: 'paused', ok: false });
  });

  test('may be waited for by so many steps only', async () => {
    const { runtime } = testRuntime({ risk, node: echo(), maxPausedSteps: 1 });
    expect(await runtime.run({ task: 'x' })).toMatchObject({ status: 'paused' });
    expect(await runtime.run({ task: 'x' })).toMatchObject({ status: 'blocked', blockedBy: 'risk:too_many_paused' });
  });

  test('keeps a run open while a step waits', async () => {
    const { runtime, eventNames } = testRuntime({ risk, node: echo() });
    await runtime.withRun({ workflow: 'w' }, () => runtime.run({ task: 'x' }));
    expect(eventNames()).not.toContain('spanledger.run.ended');
  });
});

test('a run ends once no step of it waits any more', async () => {
  for (const approved of [true, false]) {
    const { runtime, events } = testRuntime({ risk: { approvalTier: 1 }, node: echo() });
    const paused = await runtime.withRun({ workflow: 'w' }, () => runtime.run({ task: 'x' }));
    await runtime.resume(paused.humanContext?.ticket ?? '', { approved, by: 'ada', reason: 'x' });
    const last = events().at(-1);
    expect(last?.name).toBe('spanledger.run.ended');
    expect(last?.attributes['spanledger.run.status']).toBe(approved ? 'completed' : 'failed');
  }
});
