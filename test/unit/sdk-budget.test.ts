import type { BudgetLimit, NodeOutput } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { budgetCheck } from '../../packages/sdk/src/checks/budget.ts';
import { echo, testRuntime } from '../sdk-fixture.ts';

const spending = (costUsd: number, estimateUsd?: number) =>
  echo({
    run: (): NodeOutput => ({ content: 'x', costUsd }),
    ...(estimateUsd === undefined ? {} : { estimate: { costUsd: estimateUsd } }),
  });

function budgeted(
  limits: readonly BudgetLimit[],
  more: { overspend?: 'deny' | 'warn'; withoutEstimate?: 'rest' | 'nothing' } = {},
) {
  return testRuntime({ budget: { limits, ...more } });
}

describe('a budget', () => {
  test('allows what reaches the limit, and denies what goes over', async () => {
    const { runtime } = budgeted([{ per: 'run', usd: 0.3 }]);
    // In binary fractions 0.1 + 0.2 is more than 0.3.
    expect(await runtime.run({ task: 'x', runId: 'r', node: spending(0.1, 0.1) })).toMatchObject({ ok: true });
    const last = await runtime.run({ task: 'x', runId: 'r', node: spending(0.2, 0.2) });
    expect(last.record).toMatchObject({ status: 'completed', budgetLimitUsd: 0.3, budgetSpentUsd: 0.3 });
    const over = await runtime.run({ task: 'x', runId: 'r', node: spending(0, 0.000_000_001) });
    expect(over).toMatchObject({ ok: false, verdict: 'reject', blockedBy: 'budget:over_usd' });
    expect(over.record).toMatchObject({ blockCheck: 'budget', blockRule: 'run' });
    expect(await runtime.run({ task: 'x', runId: 'other', node: spending(0.1, 0.1) })).toMatchObject({ ok: true });
  });

  test('is looked at before a step that says it will cost too much', async () => {
    let called = 0;
    const { runtime } = budgeted([{ per: 'run', usd: 0.01 }]);
    const node = echo({ estimate: { costUsd: 5 }, run: () => `${++called}` });
    expect(await runtime.run({ task: 'x', node })).toMatchObject({ blockedBy: 'budget:over_usd' });
    expect(called).toBe(0);
  });

  test('withholds the output of a step that spent more than there was, and denies the next', async () => {
    const { runtime, eventNames } = budgeted([{ per: 'run', usd: 0.01 }]);
    const over = await runtime.run({ task: 'x', runId: 'r', node: spending(5) });
    expect(over).toMatchObject({
      ok: false,
      status: 'blocked',
      blockedBy: 'budget:overspent_usd',
      output: { content: '' },
    });
    expect(over.record).toMatchObject({ costUsd: 5, budgetSpentUsd: 5 });
    expect(eventNames()).toContain('spanledger.step.budget_warning');
    expect(await runtime.run({ task: 'x', runId: 'r', node: spending(0) })).toMatchObject({
      blockedBy: 'budget:over_usd',
    });
    const lenient = budgeted([{ per: 'run', usd: 0.01 }], { overspend: 'warn' });
    const warned = await lenient.runtime.run({ task: 'x', runId: 'r', node: spending(5) });
    expect(warned).toMatchObject({ ok: true });
    expect(warned.record.checks.find((check) => check.name === 'budget')).toMatchObject({
      outcome: 'warn',
      reason: 'overspent_usd',
    });
    expect(await lenient.runtime.run({ task: 'x', runId: 'r', node: spending(0) })).toMatchObject({ ok: false });
  });

  test('is not overspent by a thousand steps side by side', async () => {
    const { runtime } = budgeted([
      { per: 'run', usd: 1, steps: 900 },
      { per: 'day', by: 'node', usd: 0.5 },
    ]);
    const node = echo({
      estimate: { costUsd: 0.001 },
      run: async (): Promise<NodeOutput> => ({ content: 'x', costUsd: 0.001 }),
    });
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, () => runtime.run({ task: 'x', runId: 'r', node })),
    );
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(500);
    expect(new Set(outcomes.filter((one) => !one.ok).map((one) => one.blockedBy))).toEqual(
      new Set(['budget:over_usd']),
    );
    const spent = outcomes.reduce((sum, { record }) => sum + (record.costUsd ?? 0), 0);
    expect(spent).toBeCloseTo(0.5, 9);
  });

  test('puts all that is left aside for a step that gives no estimate', async () => {
    const side = async (withoutEstimate: 'rest' | 'nothing') => {
      const { runtime } = budgeted([{ per: 'run', usd: 1 }], { withoutEstimate });
      const node = echo({ run: async (): Promise<NodeOutput> => ({ content: 'x', costUsd: 0.1 }) });
      const outcomes = await Promise.all([1, 2, 3].map(() => runtime.run({ task: 'x', runId: 'r', node })));
      const after = await runtime.run({ task: 'x', runId: 'r', node });
      return [...outcomes, after].map((outcome) => outcome.ok);
    };
    expect(await side('rest')).toEqual([true, false, false, true]);
    expect(await side('nothing')).toEqual([true, true, true, true]);
  });

  test('counts tokens, steps and carbon', async () => {
    const node = echo({
      estimate: { tokens: 10, carbonGrams: 1 },
      run: () => ({ content: 'x', tokensUsed: 10, carbonGrams: 1 }),
    });
    const limits: [BudgetLimit, string][] = [
      [{ per: 'run', tokens: 20 }, 'budget:over_tokens'],
      [{ per: 'run', steps: 2 }, 'budget:over_steps'],
      [{ per: 'run', carbonGrams: 2 }, 'budget:over_carbon'],
    ];
    for (const [limit, blockedBy] of limits) {
      const { runtime } = budgeted([limit]);
      const outcomes = [];
      for (let n = 0; n < 3; n++) outcomes.push(await runtime.run({ task: 'x', runId: 'r', node }));
      expect(outcomes.map((outcome) => outcome.blockedBy)).toEqual(['', '', blockedBy]);
    }
  });

  test('of time ends a step that takes longer', async () => {
    const { runtime } = budgeted([{ per: 'step', timeMs: 5 }]);
    const outcome = await runtime.run({ task: 'x', node: echo({ run: () => new Promise<string>(() => {}) }) });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'STEP_TIMEOUT' } });
  });

  test('warns once, at its threshold', async () => {
    const { runtime, events } = budgeted([{ per: 'run', usd: 1, warnAt: 0.5 }]);
    for (let n = 0; n < 4; n++) await runtime.run({ task: 'x', runId: 'r', node: spending(0.25, 0.25) });
    const warnings = events().filter((event) => event.name === 'spanledger.step.budget_warning');
    expect(warnings.map((event) => event.attributes['spanledger.step.index'])).toEqual([1]);
  });

  test('gives back what a step that is denied, fails or is aborted put aside', async () => {
    const { runtime } = testRuntime({
      budget: { limits: [{ per: 'run', usd: 1 }] },
      tools: { allow: {} },
    });
    const estimate = { costUsd: 1 };
    const denied = await runtime.run({ task: 'x', runId: 'r', node: echo(), estimate, tool: { name: 'none' } });
    expect(denied.blockedBy).toBe('tool_permission:tool_not_allowed');
    const failing = echo({ run: () => Promise.reject(new Error('no')) });
    expect(await runtime.run({ task: 'x', runId: 'r', node: failing, estimate })).toMatchObject({ status: 'failed' });
    const signal = AbortSignal.abort();
    expect(await runtime.run({ task: 'x', runId: 'r', node: echo(), estimate, signal })).toMatchObject({
      status: 'cancelled',
    });
    expect(await runtime.run({ task: 'x', runId: 'r', node: echo(), estimate })).toMatchObject({ ok: true });
  });

  test('begins anew with its period', async () => {
    let now = Date.UTC(2026, 11, 31, 23);
    const check = budgetCheck({ limits: [{ per: 'week', steps: 1 }] }, () => now);
    const { runtime } = testRuntime({ node: echo(), checks: { custom: [check] } });
    const run = async () => (await runtime.run({ task: 'x' })).ok;
    expect([await run(), await run()]).toEqual([true, false]);
    now = Date.UTC(2027, 0, 3, 23);
    expect(await run()).toBe(false);
    now = Date.UTC(2027, 0, 4);
    expect([await run(), await run()]).toEqual([true, false]);
  });

  test.each<[BudgetLimit, string]>([
    [{ per: 'run' }, 'budget.limits[0].usd'],
    [{ per: 'run', usd: -1 }, 'budget.limits[0].usd'],
    [{ per: 'run', tokens: Number.NaN }, 'budget.limits[0].tokens'],
    [{ per: 'run', usd: 1, warnAt: 2 }, 'budget.limits[0].warnAt'],
  ])('that can not be meant is refused: %j', (limit, path) => {
    expect(() => budgeted([limit])).toThrow(expect.objectContaining({ code: 'BUDGET_LIMIT', path }));
  });
});
