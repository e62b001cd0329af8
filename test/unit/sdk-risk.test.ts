import type { NodeInput, RiskTier, RuntimeOptions } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { actionClassifier, hasSecretName } from '../../packages/sdk/src/risk/classify.ts';
import { echo, testRuntime } from '../sdk-fixture.ts';

const classify = actionClassifier();

test.each<[string, RiskTier]>([
  ['get user profile', 1],
  ['get information', 1],
  ['format the report', 1],
  ['reformatted text', 1],
  ['compute stats', 2],
  ['write file', 3],
  ['sendEmail', 3],
  ['notifies the customer', 3],
  ['delete records', 4],
  ['drop table', 4],
  ['deploys_service', 4],
  ['dropping it', 4],
  ['rm -rf /', 4],
  ['format disk', 4],
  ['send_payment', 4],
  ['ＤＥＬＥＴＥ all', 4],
])('%s is of tier %i', (action, tier) => {
  expect(classify(action)).toBe(tier);
});

test.each<[unknown, boolean]>([
  [{ a: [{ b: { user_password: 1 } }] }, true],
  [{ apiKey: 'x' }, true],
  [{ 'private-key': 'x' }, true],
  [{ token_count: 5 }, true],
  [{ author: 'x', keyboard: 1 }, false],
  ['password', false],
])('names of secrets are found at any depth: %j', (value, expected) => {
  expect(hasSecretName(value)).toBe(expected);
});

async function tierOf(input: Partial<NodeInput>, options: Partial<RuntimeOptions> = {}): Promise<number> {
  const { runtime } = testRuntime(options);
  return (await runtime.run({ task: 'x', node: echo({ action: 'get' }), ...input })).record.riskTier;
}

describe('the tier of a step', () => {
  test('is never lower than what is declared', async () => {
    expect(await tierOf({ riskTier: 4 })).toBe(4);
    expect(await tierOf({ node: echo({ action: 'get', riskTier: 4 }) })).toBe(4);
    expect(await tierOf({ tool: { name: 'get', annotations: { readOnlyHint: true } }, riskTier: 3 })).toBe(3);
  });

  test("rises with a tool's name, hints and secrets", async () => {
    expect(await tierOf({ tool: { name: 'write_file' } })).toBe(3);
    expect(await tierOf({ tool: { name: 'write_file', arguments: { nested: { password: 1 } } } })).toBe(4);
    expect(await tierOf({ tool: { name: 'get', annotations: { destructiveHint: true } } })).toBe(4);
    expect(await tierOf({ tool: { name: 'delete', annotations: { readOnlyHint: true } } })).toBe(4);
  });

  test("reads the task when told to, and words of the app's own", async () => {
    expect(await tierOf({ task: 'delete all data' })).toBe(1);
    expect(await tierOf({ task: 'delete all data' }, { risk: { readsTask: true } })).toBe(4);
    expect(await tierOf({ node: echo({ action: 'escrow' }) }, { risk: { words: { escrow: 4 } } })).toBe(4);
  });

  test('rises while a node fails, and falls when it works again', async () => {
    const { runtime } = testRuntime();
    let fails = true;
    const node = echo({
      action: 'get',
      run: () => {
        if (fails) throw new Error('no');
        return 'x';
      },
    });
    const tierAfter = async (count: number): Promise<number> => {
      for (let n = 1; n < count; n++) await runtime.run({ task: 'x', node });
      return (await runtime.run({ task: 'x', node })).record.riskTier;
    };
    expect(await tierAfter(10)).toBe(3);
    fails = false;
    expect(await tierAfter(20)).toBe(1);
  });

  test('can be too high, or need a human', async () => {
    const { runtime } = testRuntime({ risk: { maxTier: 3 } });
    const denied = await runtime.run({ task: 'x', node: echo({ action: 'delete' }) });
    expect(denied).toMatchObject({ blockedBy: 'risk:tier_too_high', record: { blockRule: 'tier_4' } });
    const careful = testRuntime({ risk: { approvalTier: 1 } });
    let called = 0;
    const outcome = await careful.runtime.run({ task: 'x', node: echo({ run: () => `${++called}` }) });
    expect(outcome).toMatchObject({
      ok: false,
      verdict: 'escalate',
      status: 'paused',
      pausedForHuman: true,
      humanContext: { check: 'risk', reason: 'approval_required' },
      output: { content: '' },
    });
    expect(called).toBe(0);
  });
});

describe('taint', () => {
  const tainting = echo({ id: 'root', action: 'get', run: () => ({ content: 'x', taintLabels: ['web'] }) });
  const labelsAfter = async (clearing: boolean) => {
    const { runtime } = testRuntime({ taint: {} });
    await runtime.run({ task: 'x', runId: 'r', node: tainting });
    await runtime.run({ task: 'x', runId: 'r', node: echo({ id: 'mid', action: 'get' }), from: ['root'] });
    if (clearing) runtime.clearTaint('r', 'mid');
    const leaf = await runtime.run({ task: 'x', runId: 'r', node: echo({ id: 'leaf', action: 'get' }), from: ['mid'] });
    const root = await runtime.run({
      task: 'x',
      runId: 'r',
      node: echo({ id: 'other', action: 'get' }),
      from: ['root'],
    });
    return [leaf.record.taintLabels, root.record.taintLabels];
  };

  test('passes along edges; clearing a node leaves those before it as they are', async () => {
    expect(await labelsAfter(false)).toEqual([['web'], ['web']]);
    expect(await labelsAfter(true)).toEqual([[], ['web']]);
  });

  test('does not spread from what is clean, nor into another run', async () => {
    const { runtime } = testRuntime({ taint: {} });
    await runtime.run({ task: 'x', runId: 'r', node: tainting });
    await runtime.run({ task: 'x', runId: 'r', node: echo({ id: 'clean', action: 'get' }) });
    const clean = await runtime.run({ task: 'x', runId: 'r', node: echo({ action: 'get' }), from: ['clean'] });
    const elsewhere = await runtime.run({ task: 'x', runId: 's', node: echo({ action: 'get' }), from: ['root'] });
    expect([clean.record.taintLabels, elsewhere.record.taintLabels]).toEqual([[], []]);
  });

  test('lets reads go on at tier 3, and denies writes', async () => {
    const { runtime } = testRuntime({ taint: {} });
    const read = await runtime.run({ task: 'x', node: echo({ action: 'get' }), taintLabels: ['web'] });
    expect(read).toMatchObject({ ok: true, record: { riskTier: 3, taintLabels: ['web'] } });
    const write = await runtime.run({ task: 'x', node: echo({ action: 'write file' }), taintLabels: ['web', 'web'] });
    expect(write).toMatchObject({
      ok: false,
      blockedBy: 'taint:tainted',
      record: { blockRule: 'web', taintLabels: ['web'] },
    });
    const warned = testRuntime({ taint: { warnOnly: ['web'] } });
    expect(
      await warned.runtime.run({ task: 'x', node: echo({ action: 'write' }), taintLabels: ['web'] }),
    ).toMatchObject({ ok: true });
  });

  test('comes in with the results of tools', async () => {
    const { runtime } = testRuntime({ taint: { sources: { browse: ['web'] } } });
    await runtime.run({
      task: 'x',
      runId: 'r',
      node: echo({ id: 'browser', action: 'get' }),
      tool: { name: 'browse' },
    });
    const write = await runtime.run({ task: 'x', runId: 'r', node: echo({ action: 'write' }), from: ['browser'] });
    expect(write).toMatchObject({ blockedBy: 'taint:tainted' });
  });
});
