import { describe, expect, test } from 'vitest';
import { echo, secretScanner as scanner, testRuntime } from '../sdk-fixture.ts';

describe('sensitive data', () => {
  const run = async (action: 'record' | 'mask' | 'deny', fails = false) => {
    const made = testRuntime({ sensitiveData: { scanner, actions: { credential: action } }, captureContent: true });
    let given: unknown;
    const node = echo({
      run: ({ task, toolArguments }) => {
        given = [task, toolArguments];
        if (fails) throw new TypeError(`no secret2`);
        return 'out secret3';
      },
    });
    const outcome = await made.runtime.run({
      task: 'in secret1',
      node,
      tool: { name: 't', arguments: { key: 'secret4' } },
    });
    return {
      outcome,
      given,
      sent: JSON.stringify([
        made.events(),
        made.steps().map(({ attributes, status, events }) => [attributes, status, events]),
      ]),
    };
  };

  test('is masked in all that leaves the process', async () => {
    const { outcome, given, sent } = await run('record');
    expect(given).toEqual(['in secret1', { key: 'secret4' }]);
    expect(outcome.output.content).toBe('out secret3');
    expect(sent).not.toMatch(/secret\d/);
    expect(sent).toContain('in [MASK]');
    expect(sent).toContain('out [MASK]');
    expect(sent).toContain('spanledger.step.redacted');
    expect(outcome.record.sensitiveKinds).toEqual(['API_KEY']);
  });

  test('is masked in errors, and their traces', async () => {
    const { outcome, sent } = await run('record', true);
    expect(sent).not.toMatch(/secret\d/);
    expect(outcome).toMatchObject({ status: 'failed', blockedBy: 'node_exception:no [MASK]' });
    expect(sent).toContain('no [MASK]');
  });

  test('can be kept from the node and the caller', async () => {
    const { outcome, given } = await run('mask');
    expect(given).toEqual(['in [MASK]', { key: '[MASK]' }]);
    expect(outcome.output.content).toBe('out [MASK]');
  });

  test('can block a step', async () => {
    const { outcome, given } = await run('deny');
    expect(outcome).toMatchObject({ blockedBy: 'sensitive_data:input_sensitive' });
    expect(given).toBeUndefined();
  });

  test.each([
    ['the context', { context: { deep: ['a secret1'] } }],
    ['an attachment', { attachments: [new Uint8Array(4), { note: 'secret1' }] }],
  ])(
    'in %s is a fact, leaves the process nowhere, and reaches no node that must not have it',
    async (_where, input) => {
      const run = async (action: 'record' | 'mask' | 'deny') => {
        const made = testRuntime({ sensitiveData: { scanner, actions: { credential: action } }, captureContent: true });
        const outcome = await made.runtime.run({ task: 'x', node: echo(), ...input });
        expect(JSON.stringify([made.events(), made.steps().map(({ attributes }) => attributes)])).not.toMatch(
          /secret\d/,
        );
        expect(outcome.record.sensitiveKinds).toEqual(['API_KEY']);
        return outcome.blockedBy || outcome.record.checks[7]?.reason;
      };
      expect(await run('record')).toBe('context_sensitive');
      expect(await run('mask')).toBe('sensitive_data:context_unsafe');
      expect(await run('deny')).toBe('sensitive_data:context_sensitive');
    },
  );
});
