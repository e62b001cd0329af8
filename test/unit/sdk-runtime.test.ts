import { trace } from '@opentelemetry/api';
import { StepAbortedError, type StepNode, StepTimeoutError } from '@spanledger/sdk';
import { CHECKS } from '@spanledger/semconv';
import { describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

const never = (): Promise<string> => new Promise(() => {});
const throwing = (thrown: unknown): StepNode => ({
  id: 'thrower',
  run: () => {
    throw thrown;
  },
});

describe('a step that completes', () => {
  test('gives the output and a whole record', async () => {
    const { runtime, steps } = testRuntime({ node: echo(), tenant: 'acme' });
    const outcome = await runtime.run({ task: 'test', runId: 'run-1' });
    expect(outcome).toMatchObject({
      ok: true,
      verdict: 'commit',
      status: 'completed',
      nodeId: 'echo',
      nodeKind: 'native',
      output: { content: 'echo:test' },
      blockedBy: '',
      pausedForHuman: false,
    });
    const { record } = outcome;
    expect(record).toMatchObject({
      runId: 'run-1',
      nodeId: 'echo',
      attempt: 1,
      visit: 1,
      stepIndex: 0,
      tenantId: 'acme',
    });
    expect(record.durationMs).toBeGreaterThanOrEqual(0);
    expect(Date.parse(record.timestamp)).toBeGreaterThanOrEqual(Date.parse(record.startTime));
    expect(record.checks.map((check) => check.name)).toEqual(CHECKS);
    const [span] = steps();
    expect(span?.attributes).toMatchObject({
      'spanledger.run.id': 'run-1',
      'spanledger.step.id': record.stepId,
      'spanledger.verdict': 'commit',
      'spanledger.status': 'completed',
      'spanledger.checks.name': [...CHECKS],
      'spanledger.tenant.id': 'acme',
      'spanledger.input.digest': record.inputDigest,
    });
    expect(record).toMatchObject({ traceId: span?.spanContext().traceId, spanId: span?.spanContext().spanId });
  });

  test('is decided before it runs, with the eleven checks, and ended after', async () => {
    const { runtime, steps, events } = testRuntime();
    const seen: string[] = [];
    await runtime.run({
      task: 'x',
      node: echo({
        run: () => {
          seen.push(...events().map((event) => event.name));
          return 'done';
        },
      }),
    });
    expect(seen).toEqual(['spanledger.step.decided']);
    const [decision] = events();
    expect(decision?.attributes['spanledger.checks.name']).toEqual(CHECKS.slice(0, 11));
    expect(decision?.spanId).toBe(steps()[0]?.spanContext().spanId);
    const outcomes = steps()[0]?.attributes['spanledger.checks.outcome'] as string[];
    expect(outcomes).toHaveLength(15);
    expect(outcomes.slice(11)).toEqual(['pass', 'skip', 'pass', 'skip']);
  });

  test('keeps its content to itself, unless it is asked for', async () => {
    const silent = testRuntime({ node: echo(), digestKey: 'key' });
    await silent.runtime.run({ task: 'a secret plan' });
    const all = JSON.stringify([silent.events(), silent.steps().map((span) => span.attributes)]);
    expect(all).not.toContain('secret plan');
    const open = testRuntime({ node: echo(), digestKey: 'key', captureContent: true });
    await open.runtime.run({ task: 'a secret plan' });
    expect(open.steps()[0]?.attributes).toMatchObject({
      'spanledger.input': 'a secret plan',
      'spanledger.output': 'echo:a secret plan',
      'spanledger.input.digest': silent.steps()[0]?.attributes['spanledger.input.digest'],
    });
  });

  test('says what it used', async () => {
    const { runtime, steps } = testRuntime();
    const node = echo({
      run: () => ({
        content: 'x',
        model: 'm',
        provider: 'p',
        inputTokens: 7,
        outputTokens: 3,
        costUsd: 0.5,
        confidence: 0.9,
      }),
    });
    const { record } = await runtime.run({ task: 'x', node });
    expect(record).toMatchObject({ inputTokens: 7, outputTokens: 3, tokensUsed: 10, costUsd: 0.5, confidence: 0.9 });
    expect(steps()[0]?.attributes).toMatchObject({
      'gen_ai.request.model': 'm',
      'gen_ai.usage.input_tokens': 7,
      'spanledger.cost.usd': 0.5,
      'spanledger.cost.source': 'provider',
      'spanledger.confidence': 0.9,
    });
    const total = await runtime.run({ task: 'x', node: echo({ run: () => ({ content: '', tokensUsed: 100 }) }) });
    expect(total.record.tokensUsed).toBe(100);
  });
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

describe('input that can not be meant', () => {
  test('is refused with a code', async () => {
    const { runtime } = testRuntime();
    await expect(runtime.run({ task: 7 as unknown as string, node: echo() })).rejects.toMatchObject({
      code: 'NODE_INPUT',
    });
    await expect(runtime.run({ task: 'x' })).rejects.toMatchObject({ code: 'NODE_INPUT', path: 'node' });
  });
});
