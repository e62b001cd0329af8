import { cedarPolicy } from '@spanledger/sdk/cedar';
import { expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

const policies = {
  reads: 'permit (principal, action, resource) when { context.risk_tier <= 2 };',
  'search-tool': 'permit (principal, action == Action::"call_tool", resource == Tool::"search");',
  tainted: 'forbid (principal, action, resource) when { context.taint_labels.contains("web") };',
};

function governed(more: Record<string, string> = {}) {
  const policy = cedarPolicy({ id: 'cedar', version: '7', policies: { ...policies, ...more } });
  return { policy, ...testRuntime({ policy, taint: {}, risk: {} }) };
}

test('permits, forbids, and denies what nobody permits', async () => {
  const { runtime } = governed();
  const get = echo({ action: 'get' });
  const read = await runtime.run({ task: 'x', node: get });
  expect(read.record).toMatchObject({
    status: 'completed',
    policyId: 'cedar',
    policyVersion: '7',
    policyRule: 'reads',
  });
  const write = await runtime.run({ task: 'x', node: echo({ action: 'write' }) });
  expect(write).toMatchObject({ verdict: 'reject', blockedBy: 'policy:no_rule' });
  const call = await runtime.run({ task: 'x', node: echo({ action: 'write' }), tool: { name: 'search' } });
  expect(call.record).toMatchObject({ status: 'completed', policyRule: 'search-tool' });
  const tainted = await runtime.run({ task: 'x', node: get, tool: { name: 'search' }, taintLabels: ['web'] });
  expect(tainted).toMatchObject({ blockedBy: 'policy:denied_by_rule', record: { blockRule: 'tainted' } });
});

test('can be asked again from the record', async () => {
  const { runtime, policy } = governed();
  const { record } = await runtime.run({ task: 'x', node: echo({ action: 'write' }) });
  expect(policy.replay(record.policyRequest ?? '')).toMatchObject({ action: 'deny', reason: 'no_rule' });
  expect(() => policy.replay('no json')).toThrow(expect.objectContaining({ code: 'POLICY_REQUEST' }));
});

test('a decision is remembered by the exact request, the oldest forgotten first', async () => {
  const policy = cedarPolicy({ id: 'cedar', version: '7', policies, cacheSize: 1 });
  const decided: unknown[] = [];
  const decide: typeof policy.decide = (step) => {
    decided.push(policy.decide(step));
    return decided.at(-1) as ReturnType<typeof policy.decide>;
  };
  const { runtime } = testRuntime({ policy: { ...policy, decide }, risk: {} });
  for (const id of ['one', 'one', 'two', 'one']) await runtime.run({ task: 'x', node: echo({ id, action: 'get' }) });
  expect(decided[1]).toBe(decided[0]);
  expect(decided[3]).not.toBe(decided[0]);
  expect(decided[3]).toEqual(decided[0]);
});

test('denies where a policy can not be evaluated', async () => {
  const overflow = 'permit (principal, action, resource) when { context.attempt * 9223372036854775807 * 2 > 0 };';
  const { runtime } = governed({ overflow });
  const outcome = await runtime.run({ task: 'x', node: echo({ action: 'get' }) });
  expect(outcome).toMatchObject({ blockedBy: 'policy:policy_error', record: { blockRule: 'overflow' } });
});

test.each([
  ['no Cedar', 'permit everything;'],
  ['a field that no step has', 'permit (principal, action, resource) when { context.nothing == 1 };'],
  ['a comparison of unlike kinds', 'permit (principal, action, resource) when { context.risk_tier == "3" };'],
])('refuses %s', (_name, text) => {
  expect(() => governed({ text })).toThrow(expect.objectContaining({ code: 'POLICY_CEDAR' }));
});
