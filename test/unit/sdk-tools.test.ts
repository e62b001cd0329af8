import type { NodeInput, ToolRule } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toolPermissionCheck } from '../../packages/sdk/src/checks/tool-permission.ts';
import { echo, testRuntime } from '../sdk-fixture.ts';

describe('tools', () => {
  const permitted = (allow: Record<string, ToolRule>, deny: readonly string[] = []) => {
    const { runtime } = testRuntime({ tools: { allow, deny } });
    let given: unknown;
    const node = echo({
      id: 'agent-1',
      run: ({ toolArguments }) => {
        given = toolArguments;
        return 'x';
      },
    });
    return async (name: string, toolArguments: unknown = {}, more: Partial<NodeInput> = {}) => {
      const outcome = await runtime.run({
        task: 'x',
        runId: 'r',
        node,
        tool: { name, arguments: toolArguments },
        ...more,
      });
      return outcome.ok ? given : outcome.blockedBy.replace('tool_permission:', '');
    };
  };

  test('are allowed by name', async () => {
    const call = permitted({ 'read_*': {}, read_secret: { agents: ['other'] }, write: { agents: ['agent-1'] } }, [
      'read_all*',
    ]);
    expect(await call('read_one', { a: 1 })).toEqual({ a: 1 });
    expect(await call('read_secret')).toBe('agent_not_allowed');
    expect(await call('read_all_users')).toBe('tool_forbidden');
    expect(await call('write')).toEqual({});
    expect(await call('constructor')).toBe('tool_not_allowed');
  });

  test('get arguments that fit their schema', async () => {
    const schema = z.object({ amount: z.number().max(10), note: z.string().default('none') });
    const call = permitted({ pay: { schema } });
    expect(await call('pay', { amount: 5 })).toEqual({ amount: 5, note: 'none' });
    expect(await call('pay', { amount: 50 })).toBe('arguments_invalid');
    const later = permitted({
      pay: { schema: z.object({ amount: z.number().refine(async (amount) => amount < 10) }) },
    });
    expect(await later('pay', { amount: 50 })).toBe('arguments_invalid');
  });

  test('do not get keys that reach a prototype', async () => {
    const call = permitted({ '*': {} });
    expect(await call('t', JSON.parse('{"a":[{"__proto__":{"admin":true}}]}'))).toBe('forbidden_key');
    expect(await call('t', { constructor: {} })).toBe('forbidden_key');
  });

  test('are held to calls a run and to cost', async () => {
    const call = permitted({ search: { callsPerRun: 2 }, buy: { maxCostUsd: 1 } });
    expect([await call('search'), await call('search'), await call('search')]).toEqual([{}, {}, 'over_calls_per_run']);
    expect(await call('search', {}, { runId: 'other' })).toEqual({});
    expect(await call('buy')).toBe('over_cost');
    expect(await call('buy', {}, { estimate: { costUsd: 1 } })).toEqual({});
    const side = permitted({ search: { callsPerRun: 2, schema: z.object({}).refine(async () => true) } });
    const all = await Promise.all([1, 2, 3, 4].map(() => side('search')));
    expect(all.filter((one) => one === 'over_calls_per_run')).toHaveLength(2);
  });

  test('are held to calls a minute', async () => {
    let now = 0;
    const check = toolPermissionCheck({ allow: { search: { callsPerMinute: 2 } } }, () => now);
    const { runtime } = testRuntime({ node: echo(), checks: { custom: [check] } });
    const call = async () => (await runtime.run({ task: 'x', tool: { name: 'search' } })).ok;
    expect([await call(), await call(), await call()]).toEqual([true, true, false]);
    now = 60_000;
    expect(await call()).toBe(true);
  });

  test('with a rule that can not be meant are refused', () => {
    expect(() => permitted({ t: { callsPerRun: -1 } })).toThrow(expect.objectContaining({ code: 'TOOL_RULE' }));
  });
});
