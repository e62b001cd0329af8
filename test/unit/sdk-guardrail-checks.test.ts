import type { NodeInput, TextInspector } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

/** Denies `bad`, warns at `odd`, changes `old` into `new`. */
const inspector: TextInspector = {
  inspect: (text) => {
    if (text.includes('bad')) return { outcome: 'deny', reason: 'injection', rule: 'words', text };
    const outcome = text.includes('odd') ? 'warn' : 'pass';
    return { outcome, reason: 'seen', rule: 'words', text: text.replaceAll('old', 'new') };
  },
};

describe('guardrails', () => {
  const run = async (input: Partial<NodeInput>, maxInputLength = 1000) => {
    const made = testRuntime({ inputGuardrails: inspector, maxInputLength, captureContent: true });
    let given: unknown;
    const node = echo({
      run: ({ task, toolArguments }) => {
        given = input.tool === undefined ? task : toolArguments;
        return 'x';
      },
    });
    const outcome = await made.runtime.run({ task: 'good', node, ...input });
    return { outcome, given, recorded: made.steps()[0]?.attributes['spanledger.input'] };
  };

  test('change what runs and what is recorded', async () => {
    const { given, recorded, outcome } = await run({ task: 'the old odd way' });
    expect([given, recorded]).toEqual(['the new odd way', 'the new odd way']);
    expect(outcome.record.checks[6]).toMatchObject({ outcome: 'warn', reason: 'seen' });
  });

  test('look at the whole task, the context and the arguments', async () => {
    const long = `${'x'.repeat(900)} bad`;
    for (const input of [
      { task: long },
      { context: { deep: { text: long } } },
      { attachments: [new Uint8Array(2_000), { name: long }] },
      { tool: { name: 't', arguments: [long] } },
    ]) {
      const { outcome, given } = await run(input);
      expect(outcome).toMatchObject({ blockedBy: 'input_guardrail:injection', record: { blockRule: 'words' } });
      expect(given).toBeUndefined();
    }
    const changed = await run({ tool: { name: 't', arguments: { way: 'old' } } });
    expect(changed.given).toEqual({ way: 'new' });
    expect((await run({ context: { way: 'old' } })).outcome.blockedBy).toBe('input_guardrail:context_unsafe');
    expect((await run({ attachments: ['old'] })).outcome.blockedBy).toBe('input_guardrail:attachments_unsafe');
  });

  test('deny what is too long, too deep or no text', async () => {
    let deep: unknown = 'x';
    for (let n = 0; n < 100_000; n++) deep = [deep];
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const cases: [Partial<NodeInput>, string][] = [
      [{ task: 'x'.repeat(1001) }, 'too_long'],
      [{ context: { text: 'x'.repeat(1001) } }, 'too_long'],
      [{ tool: { name: 't', arguments: deep } }, 'too_deep'],
      [{ tool: { name: 't', arguments: circle } }, 'not_text'],
    ];
    for (const [input, reason] of cases) expect((await run(input)).outcome.blockedBy).toBe(`input_guardrail:${reason}`);
  });

  test('of the output withhold it, or change what the caller gets', async () => {
    const { runtime, steps } = testRuntime({ outputGuardrails: inspector, node: echo(), captureContent: true });
    expect((await runtime.run({ task: 'old' })).output.content).toBe('echo:new');
    const denied = await runtime.run({ task: 'bad' });
    expect(denied).toMatchObject({
      ok: false,
      verdict: 'reject',
      blockedBy: 'output_guardrail:injection',
      output: { content: '' },
    });
    expect(steps().map((span) => span.attributes['spanledger.status'])).toEqual(['completed', 'blocked']);
  });

  test('without a stack there is still a longest task: 10 MB are denied', async () => {
    const { runtime } = testRuntime({ node: echo() });
    expect(await runtime.run({ task: 'x'.repeat(10_000_000) })).toMatchObject({
      blockedBy: 'input_guardrail:too_long',
    });
  });
});
