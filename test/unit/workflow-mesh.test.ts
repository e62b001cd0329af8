import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { StepNode } from '@spanledger/sdk';
import { Mesh, MeshEvent, type MeshEventRecord, type MeshOptions } from '@spanledger/workflow';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));

const agent = (id: string, further: Partial<StepNode> = {}): StepNode => ({
  id,
  run: ({ task }) => `${id}(${task})`,
  ...further,
});

function recorded(options: MeshOptions = {}) {
  const spans = new InMemorySpanExporter();
  const logs = new InMemoryLogRecordExporter();
  const mesh = new Mesh({
    tracerProvider: new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }),
    loggerProvider: new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logs })] }),
    ...options,
  });
  const events: MeshEventRecord[] = [];
  mesh.on(MeshEvent.ALL, (event) => void events.push(event));
  const told = async () => {
    await mesh.drained();
    return events.map(({ name, nodeId }) => `${name} ${nodeId}`.trim());
  };
  return { mesh, spans, logs, told, events };
}

const DENY_PUBLISH = {
  id: 'desk',
  version: '3',
  rules: [
    {
      name: 'no-publish',
      action: 'deny' as const,
      conditions: [{ field: 'node.id', operator: 'eq' as const, value: 'publish' }],
    },
  ],
};

describe('mesh', () => {
  test('runs registered agents one after the other and at the same time, each as a governed step of one run', async () => {
    const { mesh, spans, told } = recorded();
    for (const id of ['plan', 'facts', 'tone', 'write']) mesh.register(agent(id));
    const result = await mesh.runWorkflow(
      { name: 'support', nodes: ['plan', { parallel: ['facts', { sequence: ['tone'] }] }, 'write'] },
      { input: 'ticket', runId: 'run-1' },
    );
    expect(result).toMatchObject({
      runId: 'run-1',
      workflow: 'support',
      status: 'completed',
      output: 'write(facts(plan(ticket))\ntone(plan(ticket)))',
      skipped: [],
    });
    expect(result.outputs['facts']).toBe('facts(plan(ticket))');
    expect(result.steps.map((one) => one.record.runId)).toEqual(Array(4).fill('run-1'));
    expect(await told()).toEqual([
      'workflow_start',
      'step_start plan',
      'step_complete plan',
      'step_start facts',
      'step_complete facts',
      'step_start tone',
      'step_complete tone',
      'step_start write',
      'step_complete write',
      'workflow_complete',
    ]);
    const write = spans.getFinishedSpans().find((span) => span.attributes['spanledger.node.id'] === 'write');
    expect(write?.attributes['spanledger.edge.from']).toEqual(['facts', 'tone']);
    expect(write?.links).toHaveLength(2);
  });

  test('a blocked node stops what comes after it, and is told as a violation', async () => {
    const { mesh, logs, told, events } = recorded({ policy: DENY_PUBLISH });
    mesh.register(agent('write')).register(agent('publish')).register(agent('review'));
    const result = await mesh.runWorkflow({ name: 'w', nodes: ['write', 'publish', 'review'] }, { input: 'x' });
    expect(result).toMatchObject({ status: 'failed', output: '', skipped: ['review'], outputs: { write: 'write(x)' } });
    expect(result.steps[1]).toMatchObject({ ok: false, status: 'blocked', record: { blockRule: 'no-publish' } });
    expect(await told()).toEqual([
      'workflow_start',
      'step_start write',
      'step_complete write',
      'policy_violation publish',
      'step_blocked publish',
      'workflow_failed',
    ]);
    expect(events.find(({ name }) => name === 'step_blocked')?.record?.blockRule).toBe('no-publish');
    expect(logs.getFinishedLogRecords().map((record) => record.eventName)).toContain('spanledger.step.denied');
  });

  test('a node that throws fails the workflow; those beside it still end', async () => {
    const { mesh, told } = recorded();
    const bad = agent('bad', {
      run: () => {
        throw 'no error at all';
      },
    });
    const result = await mesh.runWorkflow(
      { name: 'w', nodes: [{ parallel: [bad, agent('good')] }, agent('after')] },
      { input: 'x' },
    );
    expect(result).toMatchObject({ status: 'failed', skipped: ['after'], outputs: { good: 'good(x)' } });
    expect(await told()).toEqual(expect.arrayContaining(['step_failed bad', 'step_complete good', 'workflow_failed']));
  });

  test('an escalated step pauses the workflow, and goes on when a human says so', async () => {
    const { mesh, told } = recorded({
      policy: { id: 'p', version: '1', rules: [] },
      risk: { approvalTier: 4 },
    });
    const result = await mesh.runWorkflow(
      { name: 'w', nodes: [agent('wipe', { riskTier: 4 }), agent('after')] },
      { input: 'x' },
    );
    expect(result).toMatchObject({ status: 'paused', output: '', skipped: ['after'] });
    const ticket = result.steps[0]?.humanContext?.ticket ?? '';
    const resumed = await mesh.runtime.resume(ticket, { approved: true, by: 'ann', reason: 'checked' });
    expect(resumed).toMatchObject({ ok: true, output: { content: 'wipe(x)' } });
    expect(await told()).toEqual(
      expect.arrayContaining(['hitl_required wipe', 'step_paused wipe', 'hitl_decided wipe', 'step_complete wipe']),
    );
  });

  test('handlers that throw, or never end, hold up no step', async () => {
    const { mesh, told } = recorded();
    mesh.on(MeshEvent.STEP_COMPLETE, () => {
      throw new Error('handler');
    });
    const subscription = mesh.on(MeshEvent.STEP_COMPLETE, () => Promise.reject(new Error('handler')));
    mesh.register(agent('a'));
    expect(await mesh.runWorkflow({ name: 'w', nodes: ['a'] }, { input: 'x' })).toMatchObject({ status: 'completed' });
    expect(await told()).toContain('step_complete a');
    expect(subscription.stats).toMatchObject({ errors: 1 });
    expect(mesh.eventStats).toMatchObject({ errors: 2, dropped: 0 });
  });

  test('an aborted workflow runs nothing more', async () => {
    const { mesh } = recorded();
    const controller = new AbortController();
    const first = agent('first', {
      run: () => {
        controller.abort();
        return 'done';
      },
    });
    const result = await mesh.runWorkflow(
      { name: 'w', nodes: [first, agent('second')] },
      { input: 'x', signal: controller.signal },
    );
    expect(result.status).toBe('failed');
    expect(result.skipped).toContain('second');
  });

  test('labels of untrusted input flow along the edges', async () => {
    const { mesh } = recorded({ taint: {} });
    const result = await mesh.runWorkflow(
      { name: 'w', nodes: [agent('a'), agent('b')] },
      { input: 'x', taintLabels: ['customer_text'] },
    );
    expect(result.steps.map((one) => one.record.taintLabels)).toEqual([['customer_text'], ['customer_text']]);
  });

  test.each([
    [['nobody'], 'nodes[0]', /no agent "nobody".*there are known/],
    [[{ parallel: ['known', { sequence: ['known'] }] }], 'nodes[0][1][0]', /twice/],
    [[], 'nodes', /at least one/],
    [[{ parallel: [] }], 'nodes[0]', /at least one/],
  ])('%j is refused before anything runs', async (nodes, path, message) => {
    const { mesh, told } = recorded();
    mesh.register(agent('known'));
    await expect(mesh.runWorkflow({ name: 'w', nodes }, { input: 'x' })).rejects.toThrowError(
      expect.objectContaining({ code: 'WORKFLOW_INVALID', path, message: expect.stringMatching(message) }),
    );
    expect(await told()).toEqual([]);
  });

  test('two agents of one id are refused', () => {
    const { mesh } = recorded();
    mesh.register(agent('a'));
    expect(() => mesh.register(agent('a'))).toThrowError(expect.objectContaining({ code: 'AGENT_REGISTERED' }));
    expect(mesh.agents).toEqual(['a']);
  });

  test('without any telemetry set up a mesh still runs', async () => {
    expect(trace.getActiveSpan()).toBeUndefined();
    const result = await new Mesh().runWorkflow({ name: 'w', nodes: [agent('a')] }, { input: 'x' });
    expect(result).toMatchObject({ status: 'completed', output: 'a(x)' });
  });
});
