import { describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

describe('tenant', () => {
  const identity = (tenant?: string) => ({
    name: 'identity',
    phase: 'before' as const,
    evaluate: (step: { identity: unknown }) => {
      step.identity = { subject: 'agent:a', method: 'jwt', ...(tenant === undefined ? {} : { tenant }) };
      return { outcome: 'pass' as const, reason: 'proven' };
    },
  });

  test('comes from configuration or credential, and a mismatch denies', async () => {
    const run = async (id: string | undefined, proven: string | undefined) => {
      const tenant = id === undefined ? {} : { id };
      const { runtime } = testRuntime({ tenant, identity: identity(proven), node: echo() });
      const outcome = await runtime.run({ task: 'x', context: { tenant: 'evil' }, metadata: { tenant: 'evil' } });
      return outcome.ok ? outcome.record.tenantId : outcome.blockedBy;
    };
    expect(await run('acme', undefined)).toBe('acme');
    expect(await run(undefined, 'acme')).toBe('acme');
    expect(await run('acme', 'acme')).toBe('acme');
    expect(await run('acme', 'other')).toBe('tenant:tenant_mismatch');
    expect(await run(undefined, undefined)).toBe('tenant:tenant_unknown');
  });

  test('of the run that calls must be the same', async () => {
    const acme = testRuntime({ tenant: 'acme' });
    const other = testRuntime({ tenant: 'other', node: echo() });
    const inner = await acme.runtime.withRun({ workflow: 'w' }, () => other.runtime.run({ task: 'x' }));
    expect(inner).toMatchObject({ blockedBy: 'tenant:tenant_mismatch' });
  });
});
