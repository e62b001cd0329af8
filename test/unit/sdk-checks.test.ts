import {
  COMPLIANCE_PROFILES,
  type NodeInput,
  type SensitiveScanner,
  type TextInspector,
  type ToolRule,
} from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toolPermissionCheck } from '../../packages/sdk/src/checks/tool-permission.ts';
import { echo, testRuntime } from '../sdk-fixture.ts';

/** Finds words that begin with `secret`. */
const scanner: SensitiveScanner = {
  scan: (text) =>
    [...text.matchAll(/secret\w*/g)].map(({ 0: found, index }) => ({
      kind: 'API_KEY',
      category: 'credential',
      start: index,
      end: index + found.length,
      confidence: 1,
    })),
  mask: (text, matches) =>
    matches
      .toReversed()
      .reduce((masked, { start, end }) => `${masked.slice(0, start)}[MASK]${masked.slice(end)}`, text),
};

/** Denies `bad`, warns at `odd`, changes `old` into `new`. */
const inspector: TextInspector = {
  inspect: (text) => {
    if (text.includes('bad')) return { outcome: 'deny', reason: 'injection', rule: 'words', text };
    const outcome = text.includes('odd') ? 'warn' : 'pass';
    return { outcome, reason: 'seen', rule: 'words', text: text.replaceAll('old', 'new') };
  },
};

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
      { tool: { name: 't', arguments: [long] } },
    ]) {
      const { outcome, given } = await run(input);
      expect(outcome).toMatchObject({ blockedBy: 'input_guardrail:injection', record: { blockRule: 'words' } });
      expect(given).toBeUndefined();
    }
    const changed = await run({ tool: { name: 't', arguments: { way: 'old' } } });
    expect(changed.given).toEqual({ way: 'new' });
    expect((await run({ context: { way: 'old' } })).outcome.blockedBy).toBe('input_guardrail:context_unsafe');
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
});

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
