import {
  type ApprovalDecision,
  govern,
  governTool,
  type NodeExecution,
  type NodeInput,
  type RuntimeOptions,
  type StepNode,
  type StepPausedError,
} from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

const yes: ApprovalDecision = { approved: true, by: 'ada', reason: 'looks right' };
const no: ApprovalDecision = { approved: false, by: 'ada', reason: 'too much' };
const ESCALATE = { outcome: 'escalate' as const, reason: 'odd' };
const reader = echo({ action: 'get' });

/** Two processes' runtimes, that share a key and nothing else. */
function processes(more: Partial<RuntimeOptions> = {}) {
  const make = () => testRuntime({ risk: { approvalTier: 3 }, taint: {}, digestKey: 'shared', ...more });
  return [make(), make()] as const;
}

/** Runs a step that pauses, and suspends it. */
async function suspend({ runtime }: ReturnType<typeof testRuntime>, input: Partial<NodeInput> = {}) {
  const paused = await runtime.run({ task: 'pay 5', runId: 'r', node: reader, riskTier: 3, ...input });
  expect(paused).toMatchObject({ pausedForHuman: true });
  return { paused, suspended: runtime.suspend(paused.humanContext?.ticket ?? '') };
}

describe('a suspended step', () => {
  test('goes on in another process, as the next attempt of the same step', async () => {
    const [one, two] = processes();
    const { paused, suspended } = await suspend(one, { context: { order: 7 }, tool: { name: 'pay', arguments: [5] } });
    let given: unknown;
    const node: StepNode = {
      ...reader,
      run: ({ task, context, toolArguments, attempt }) => {
        given = { task, context, toolArguments, attempt };
        return 'paid';
      },
    };
    const resumed = await two.runtime.resumeSuspended(suspended, yes, { node });
    expect(given).toEqual({ task: 'pay 5', context: { order: 7 }, toolArguments: [5], attempt: 2 });
    const { stepId, stepIndex, visit, inputDigest } = paused.record;
    expect(resumed).toMatchObject({ ok: true, output: { content: 'paid' } });
    expect(resumed.record).toMatchObject({
      runId: 'r',
      stepId,
      stepIndex,
      visit,
      inputDigest,
      attempt: 2,
      chainSeq: 4,
    });
    expect(resumed.record.chainProducer).not.toBe(paused.record.chainProducer);
    expect(two.eventNames()).toEqual([
      'spanledger.run.resumed',
      'spanledger.step.overridden',
      'spanledger.step.decided',
    ]);
    expect(two.events()[1]?.attributes).toMatchObject({ 'spanledger.approval.by': 'ada' });
    // What follows in the run is counted on.
    const next = await two.runtime.run({ task: 'x', runId: 'r', node: reader });
    expect(next.record).toMatchObject({ stepIndex: 1, visit: 2 });
  });

  test('that is rejected stops what follows there', async () => {
    const [one, two] = processes();
    const { suspended } = await suspend(one);
    const rejected = await two.runtime.resumeSuspended(suspended, no, { node: reader });
    expect(rejected).toMatchObject({ verdict: 'reject', blockedBy: 'risk:human_rejected' });
    expect(await two.runtime.run({ task: 'x', runId: 'r', node: reader })).toMatchObject({ status: 'skipped' });
  });

  test('is asked again by all other checks, with what the run had come to', async () => {
    const [one, two] = processes({ taint: { warnOnly: ['web'] } });
    const web = echo({ id: 'browser', action: 'get', run: () => ({ content: 'x', taintLabels: ['web'] }) });
    await one.runtime.run({ task: 'x', runId: 'r', node: web });
    const writer = echo({ id: 'writer', action: 'get' });
    const { suspended } = await suspend(one, { node: writer, from: ['browser'] });
    const resumed = await two.runtime.resumeSuspended(suspended, yes, { node: writer });
    expect(resumed.record.taintLabels).toEqual(['web']);
    expect(two.steps()[0]?.links.map(({ context }) => context.spanId)).toEqual([one.steps()[0]?.spanContext().spanId]);
    const denied = testRuntime({
      digestKey: 'shared',
      risk: { approvalTier: 3 },
      policy: { id: 'p', version: '2', rules: [{ name: 'closed', action: 'deny' }] },
    });
    expect(await denied.runtime.resumeSuspended(suspended, yes, { node: writer })).toMatchObject({
      blockedBy: 'policy:denied_by_rule',
    });
  });

  test('does not carry its credential, and says nothing of its input', async () => {
    const seen: (string | undefined)[] = [];
    const identity = {
      name: 'identity',
      phase: 'before' as const,
      evaluate: ({ input }: { input: NodeInput }) => {
        seen.push(input.credential);
        return { outcome: 'pass' as const, reason: 'proven' };
      },
    };
    const [one, two] = processes({ identity });
    const { suspended } = await suspend(one, { credential: 'token-1' });
    expect(Buffer.from(suspended, 'base64url').toString()).not.toMatch(/pay|token/);
    await two.runtime.resumeSuspended(suspended, yes, { node: reader, credential: 'token-2' });
    expect(seen).toEqual(['token-1', 'token-2']);
  });

  test('of a governed function or tool goes on with a node that was written for it', async () => {
    const [one, two] = processes();
    const pay = govern(async (to: string, amount: number) => `${to} ${amount}`, {
      runtime: one.runtime,
      node: 'pay',
      riskTier: 3,
    });
    const tool = governTool({ name: 'refund', execute: async () => 'x' }, { runtime: one.runtime, riskTier: 3 });
    const suspended = async (call: () => Promise<unknown>) => {
      const error = await call().catch((thrown: unknown) => thrown);
      return one.runtime.suspend((error as StepPausedError).humanContext.ticket);
    };
    const given: unknown[] = [];
    const noting = (id: string) => ({
      id,
      run: ({ task, toolArguments }: NodeExecution) => `${given.push([task, toolArguments])}`,
    });
    const paying = await suspended(() => pay('ada', 5));
    const refunding = await suspended(() => Reflect.apply(tool.execute, tool, [{ amount: 5 }]) as Promise<unknown>);
    expect(await two.runtime.resumeSuspended(paying, yes, { node: noting('pay') })).toMatchObject({ ok: true });
    expect(await two.runtime.resumeSuspended(refunding, yes, { node: noting('refund') })).toMatchObject({ ok: true });
    expect(given).toEqual([
      ['["ada",5]', undefined],
      ['', { amount: 5 }],
    ]);
  });

  test('waits no longer where it was, but its run does until it comes back there', async () => {
    const { runtime, eventNames, events } = testRuntime({
      risk: { approvalTier: 1 },
      digestKey: 'k',
      maxPausedSteps: 1,
    });
    const run = () => runtime.withRun({ workflow: 'w', runId: 'r' }, () => runtime.run({ task: 'x', node: reader }));
    const ticket = (await run()).humanContext?.ticket ?? '';
    const suspended = runtime.suspend(ticket);
    await expect(runtime.resume(ticket, yes)).rejects.toMatchObject({ code: 'UNKNOWN_TICKET' });
    expect(() => runtime.suspend(ticket)).toThrow(expect.objectContaining({ code: 'UNKNOWN_TICKET' }));
    expect(eventNames()).not.toContain('spanledger.run.ended');
    await runtime.resumeSuspended(suspended, yes, { node: reader });
    expect(events().at(-1)).toMatchObject({ name: 'spanledger.run.ended' });
    // Its place was free.
    expect(await runtime.run({ task: 'x', node: reader })).toMatchObject({ status: 'paused' });
  });

  test('is refused when it was changed, has another key, or fits neither node nor checks', async () => {
    const [one, two] = processes();
    const { suspended } = await suspend(one);
    const refused = { code: 'SUSPENDED_STEP' };
    const changed = `${suspended.slice(0, -2)}${suspended.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const text of [changed, '', 'x', suspended.slice(0, 30)]) {
      await expect(two.runtime.resumeSuspended(text, yes, { node: reader })).rejects.toMatchObject(refused);
    }
    const stranger = testRuntime({ digestKey: 'other' }).runtime;
    await expect(stranger.resumeSuspended(suspended, yes, { node: reader })).rejects.toMatchObject(refused);
    const other = echo({ id: 'other' });
    await expect(two.runtime.resumeSuspended(suspended, yes, { node: other })).rejects.toMatchObject(refused);
    await expect(two.runtime.resumeSuspended(suspended, yes)).rejects.toMatchObject(refused);
    const order = ['policy', 'input_guardrail', 'sla_gate', 'risk', 'execution', 'audit', 'sla'];
    const gate = { name: 'sla_gate', phase: 'before' as const, evaluate: () => ESCALATE };
    const gated = testRuntime({ digestKey: 'shared', checks: { order, custom: [gate] } });
    const atGate = await suspend(gated);
    await expect(two.runtime.resumeSuspended(atGate.suspended, yes, { node: reader })).rejects.toMatchObject(refused);
    const keyless = testRuntime({ risk: { approvalTier: 1 }, node: reader }).runtime;
    const paused = await keyless.run({ task: 'x' });
    expect(() => keyless.suspend(paused.humanContext?.ticket ?? '')).toThrow(
      expect.objectContaining({ code: 'SUSPEND_KEY', path: 'digestKey' }),
    );
    expect(await keyless.resume(paused.humanContext?.ticket ?? '', yes)).toMatchObject({ ok: true });
  });

  test.each<[string, Partial<NodeInput>]>([
    ['a function', { context: { act: () => {} } }],
    ['a date', { metadata: { at: new Date(0) } }],
    ['a map', { context: { map: new Map() } }],
    ['no number', { tool: { name: 't', arguments: [Number.NaN] } }],
    ['a big number', { tool: { name: 't', arguments: { n: 1n } } }],
  ])('that holds %s is not suspended, and still waits', async (_what, input) => {
    const [{ runtime }] = processes();
    const paused = await runtime.run({ task: 'x', node: reader, riskTier: 3, ...input });
    const ticket = paused.humanContext?.ticket ?? '';
    expect(() => runtime.suspend(ticket)).toThrow(expect.objectContaining({ code: 'SUSPENDED_STEP' }));
    expect(await runtime.resume(ticket, yes)).toMatchObject({ ok: true });
  });
});
