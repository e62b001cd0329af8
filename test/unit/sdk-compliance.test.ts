import { COMPLIANCE_PROFILES, type NodeInput } from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { echo, secretScanner as scanner, testRuntime } from '../sdk-fixture.ts';

describe('compliance', () => {
  const run = async (profile: string, input: Partial<NodeInput> = {}) => {
    const { runtime } = testRuntime({ compliance: [profile], sensitiveData: { scanner }, node: echo({ id: 'get' }) });
    return runtime.run({ task: 'x', ...input });
  };

  test('has the profiles of the contract', async () => {
    expect(Object.keys(COMPLIANCE_PROFILES)).toHaveLength(18);
    for (const name of Object.keys(COMPLIANCE_PROFILES)) {
      const outcome = await run(name.toUpperCase());
      expect(outcome).toMatchObject({ ok: true, record: { complianceProfile: name } });
    }
  });

  test.each<[string, Partial<NodeInput>, string, string]>([
    ['hipaa', { task: 'x'.repeat(50_001) }, 'input_too_long', 'hipaa:164.502(b)'],
    [
      'gdpr',
      { context: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [n, n])) },
      'context_too_large',
      'gdpr:Art.5(1)(c)',
    ],
    ['gdpr', { task: 'do it WITHOUT  consent.' }, 'forbidden_phrase', 'gdpr:Art.6'],
    ['pci', { task: 'my CVV is 1' }, 'forbidden_phrase', 'pci:Req.3.3'],
  ])('%s is enforced', async (profile, input, reason, rule) => {
    const outcome = await run(profile, input);
    expect(outcome).toMatchObject({ blockedBy: `compliance:${reason}`, record: { blockRule: rule } });
  });

  test('matches whole words', async () => {
    expect(await run('pci', { task: 'a discvvery' })).toMatchObject({ ok: true });
  });

  test("asks a human at the profile's tier", async () => {
    expect(await run('sox', { riskTier: 3 })).toMatchObject({
      status: 'paused',
      humanContext: { rule: 'sox:approvalTier' },
    });
    expect(await run('standard', { riskTier: 3 })).toMatchObject({ ok: true });
  });

  test('holds sure outputs only, and a run to its money', async () => {
    const { runtime } = testRuntime({ compliance: ['sox'] });
    const answer = (confidence: number, costUsd = 0) =>
      runtime.run({
        task: 'x',
        runId: 'r',
        node: echo({ id: 'get', run: () => ({ content: 'x', confidence, costUsd }) }),
      });
    expect(await answer(0.74)).toMatchObject({
      blockedBy: 'compliance:confidence_low',
      record: { blockRule: 'sox:SOX-302' },
    });
    expect(await answer(0.75)).toMatchObject({ ok: true });
    expect(await answer(1, 2.01)).toMatchObject({ blockedBy: 'budget:overspent_usd' });
  });

  test('keeps blocking a node that comes again and again', async () => {
    const { runtime } = testRuntime({ compliance: ['sox'], node: echo({ id: 'get' }) });
    const oks: boolean[] = [];
    for (let n = 0; n < 7; n++) oks.push((await runtime.run({ task: 'x', runId: 'r' })).ok);
    expect(oks).toEqual([true, true, true, true, false, false, false]);
    await runtime.run({ task: 'x', runId: 'r', node: echo({ id: 'read' }) });
    expect(await runtime.run({ task: 'x', runId: 'r' })).toMatchObject({ ok: true });
  });

  test('refuses profiles that are not known, and those that need masking without it', () => {
    expect(() => testRuntime({ compliance: ['nope'] })).toThrow(
      expect.objectContaining({ code: 'COMPLIANCE_PROFILE' }),
    );
    expect(() => testRuntime({ compliance: ['hipaa'] })).toThrow(expect.objectContaining({ path: 'sensitiveData' }));
    const kept = (retentionDays: number) => () => testRuntime({ compliance: ['sox'], retentionDays });
    expect(kept(2554)).toThrow(expect.objectContaining({ code: 'COMPLIANCE_PROFILE', path: 'retentionDays' }));
    for (const enough of [2555, 0]) expect(kept(enough)).not.toThrow();
  });
});
