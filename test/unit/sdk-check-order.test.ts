import { describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

describe('the order of checks', () => {
  test('can be changed, and is recorded', async () => {
    const order = ['policy', 'own', 'input_guardrail', 'risk', 'execution', 'audit', 'sla'];
    const own = {
      name: 'own',
      phase: 'before' as const,
      evaluate: () => ({ outcome: 'warn' as const, reason: 'seen' }),
    };
    const { runtime } = testRuntime({ node: echo(), checks: { order, custom: [own] } });
    const { record } = await runtime.run({ task: 'x' });
    expect(record.checks.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['policy', 'pass'],
      ['own', 'warn'],
      ['input_guardrail', 'pass'],
      ['risk', 'pass'],
      ['execution', 'pass'],
      ['audit', 'pass'],
      ['sla', 'skip'],
    ]);
  });

  test.each([
    [['policy']],
    [['policy', 'policy', 'execution']],
    [['policy', 'execution']],
    [['execution', 'policy', 'input_guardrail', 'risk', 'audit', 'sla']],
  ])('is refused when it can not be: %j', (order) => {
    expect(() => testRuntime({ checks: { order } })).toThrow(expect.objectContaining({ code: 'CHECK_ORDER' }));
  });

  test('stops at the first denial, and says which checks were not reached', async () => {
    const { runtime } = testRuntime({
      policy: { id: 'p', version: '1', rules: [{ name: 'no', action: 'deny' }] },
      node: echo(),
    });
    const { record } = await runtime.run({ task: 'x' });
    expect(record.checks.map((check) => check.reason).slice(4, 12)).toEqual([
      'denied_by_rule',
      'not_configured',
      'not_reached',
      'not_configured',
      'not_reached',
      'not_configured',
      'not_configured',
      'not_reached',
    ]);
  });
});

describe('sla', () => {
  test('says of every step whether its target was met', async () => {
    const { runtime, eventNames } = testRuntime({ sla: { targetMs: 10_000, nodes: { slow: 0 } } });
    const met = await runtime.run({ task: 'x', node: echo() });
    expect(met.record).toMatchObject({ slaTargetMs: 10_000, slaMet: true });
    const missed = await runtime.run({ task: 'x', node: echo({ id: 'slow' }) });
    expect(missed).toMatchObject({ ok: true, record: { slaTargetMs: 0, slaMet: false } });
    expect(missed.record.checks.at(-1)).toMatchObject({ outcome: 'warn', reason: 'missed' });
    expect(eventNames().filter((name) => name === 'spanledger.step.sla_breached')).toHaveLength(1);
  });
});
