import { CHECKS } from '@spanledger/semconv';
import { describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

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

  test('gives its node all that it was given', async () => {
    const { runtime } = testRuntime();
    const input = {
      task: 'x',
      context: { order: 7 },
      metadata: { origin: 'mail' },
      attachments: [new Uint8Array([1, 2]), 'a text'],
      tool: { name: 't', arguments: { a: 1 } },
    };
    let given: unknown;
    const node = echo({
      run: ({ task, context, metadata, attachments, toolArguments }) => {
        given = { task, context, metadata, attachments, toolArguments };
        return 'x';
      },
    });
    await runtime.run({ ...input, node });
    expect(given).toEqual({
      task: 'x',
      context: input.context,
      metadata: input.metadata,
      attachments: input.attachments,
      toolArguments: { a: 1 },
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

describe('input that can not be meant', () => {
  test('is refused with a code', async () => {
    const { runtime } = testRuntime();
    await expect(runtime.run({ task: 7 as unknown as string, node: echo() })).rejects.toMatchObject({
      code: 'NODE_INPUT',
    });
    await expect(runtime.run({ task: 'x' })).rejects.toMatchObject({ code: 'NODE_INPUT', path: 'node' });
  });
});
