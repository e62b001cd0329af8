import {
  type Check,
  govern,
  governMcpClient,
  governTool,
  StepBlockedError,
  StepPausedError,
  type TextInspector,
} from '@spanledger/sdk';
import { describe, expect, test } from 'vitest';
import { testRuntime } from '../sdk-fixture.ts';

const renaming: TextInspector = {
  inspect: (text) => ({ outcome: 'pass', reason: 'seen', text: text.replaceAll('old', 'new') }),
};
const denying: Check = { name: 'policy', phase: 'before', evaluate: () => ({ outcome: 'deny', reason: 'no' }) };

describe('govern', () => {
  test('passes arguments and result through, and records a step', async () => {
    const { runtime, steps } = testRuntime();
    const add = govern((one: number, other: { n: number }) => one + other.n, { runtime, node: 'add' });
    expect(await add(1, { n: 2 })).toBe(3);
    expect(steps()[0]?.attributes).toMatchObject({ 'spanledger.node.id': 'add', 'spanledger.status': 'completed' });
  });

  test('passes on what the function throws, whatever it is', async () => {
    const { runtime } = testRuntime();
    const error = new TypeError('mine');
    await expect(govern(() => Promise.reject(error), { runtime, node: 'a' })()).rejects.toBe(error);
    await expect(govern(() => Promise.reject('text'), { runtime, node: 'a' })()).rejects.toBe('text');
  });

  test('throws for a step that is blocked or paused', async () => {
    const blocked = testRuntime({ checks: { custom: [denying] } });
    const error: unknown = await govern(() => 'x', { runtime: blocked.runtime, node: 'a' })().catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StepBlockedError);
    expect(error).toMatchObject({ code: 'STEP_BLOCKED', outcome: { blockedBy: 'policy:no' } });
    const paused = testRuntime({ risk: { approvalTier: 1 } });
    await expect(govern(() => 'x', { runtime: paused.runtime, node: 'a' })()).rejects.toBeInstanceOf(StepPausedError);
  });

  test('gives the function and the caller what guardrails left', async () => {
    const { runtime } = testRuntime({ inputGuardrails: renaming, outputGuardrails: renaming });
    const one = govern((text: string) => ({ got: text, also: 'old' }), { runtime, node: 'a' });
    expect(await one('old text')).toEqual({ got: 'new text', also: 'new' });
    const many = govern((text: string, more: { way: string }) => `${text} ${more.way}`, { runtime, node: 'b' });
    expect(await many('old', { way: 'old' })).toBe('new new');
  });

  test('says what a result used', async () => {
    const { runtime, steps } = testRuntime();
    const ask = govern(async () => ({ text: 'x', usage: 5 }), {
      runtime,
      node: 'ask',
      kind: 'model',
      output: ({ usage }) => ({ outputTokens: usage }),
      input: () => ({ from: ['start'] }),
    });
    await ask();
    expect(steps()[0]?.attributes).toMatchObject({
      'gen_ai.usage.output_tokens': 5,
      'spanledger.edge.from': ['start'],
      'spanledger.node.kind': 'model',
    });
  });

  test('refuses what can not be looked at', async () => {
    const { runtime } = testRuntime();
    const circle: unknown[] = [];
    circle.push(circle);
    const look = govern((value: unknown) => value, { runtime, node: 'a' });
    await expect(look(circle)).rejects.toMatchObject({ code: 'VALUE_UNREADABLE' });
    await expect(govern(() => circle, { runtime, node: 'a' })()).rejects.toMatchObject({ code: 'VALUE_UNREADABLE' });
  });
});

describe('governTool', () => {
  class Search {
    readonly name = 'search';
    readonly #prefix = 'found';
    invoke(args: { query: string }, more?: unknown) {
      return { text: `${this.#prefix} ${args.query}`, more };
    }
  }

  test("keeps the tool's shape, and governs whoever calls it", async () => {
    const { runtime, steps } = testRuntime({
      tools: { allow: { search: { callsPerRun: 2 } } },
      inputGuardrails: renaming,
    });
    const tool = governTool(new Search(), { runtime, input: () => ({ runId: 'r' }) });
    expect(tool).toBeInstanceOf(Search);
    expect(await tool.invoke({ query: 'old' }, 7)).toEqual({ text: 'found new', more: 7 });
    await tool.invoke({ query: 'x' });
    await expect(tool.invoke({ query: 'x' })).rejects.toMatchObject({
      outcome: { blockedBy: 'tool_permission:over_calls_per_run' },
    });
    expect(steps()[0]?.attributes).toMatchObject({ 'spanledger.node.kind': 'tool', 'gen_ai.tool.name': 'search' });
    expect(steps()).toHaveLength(3);
  });

  test('takes the tools of frameworks by their methods', async () => {
    const { runtime } = testRuntime();
    const aiSdk = governTool(
      { description: 'x', execute: async (input: { a: number }) => input.a },
      { runtime, name: 'a' },
    );
    expect(await aiSdk.execute({ a: 1 })).toBe(1);
    const own = governTool({ name: 'b', go: (a: string) => a }, { runtime, method: 'go' });
    expect(await own.go('x')).toBe('x');
  });

  test('reads hints', async () => {
    const { runtime } = testRuntime({ risk: { maxTier: 3 } });
    const tool = governTool({ name: 'cleanup', annotations: { destructiveHint: true }, call: () => 'x' }, { runtime });
    await expect(tool.call()).rejects.toMatchObject({ outcome: { blockedBy: 'risk:tier_too_high' } });
  });

  test('refuses what is no tool', () => {
    const { runtime } = testRuntime();
    expect(() => governTool({ execute: () => 1 } as { name?: string }, { runtime })).toThrow(
      expect.objectContaining({ code: 'TOOL_SHAPE' }),
    );
    expect(() => governTool({ name: 'x' }, { runtime })).toThrow('has no method execute, invoke');
  });
});

describe('governMcpClient', () => {
  class Client {
    readonly #sent: unknown[] = [];
    get sent() {
      return this.#sent;
    }
    async callTool(request: { name: string; arguments?: Record<string, unknown> }, _schema?: unknown) {
      this.#sent.push(request);
      return { content: [{ type: 'text', text: `ran ${request.name}` }] };
    }
    async listTools() {
      return { tools: [{ name: 'tidy', annotations: { destructiveHint: true } }, { name: 'read' }, null] };
    }
  }

  test('governs every call, and leaves the rest of the client as it is', async () => {
    const { runtime, steps } = testRuntime({ tools: { allow: { 'read*': {} } }, inputGuardrails: renaming });
    const client = governMcpClient(new Client(), { runtime, server: 'files' });
    expect(await client.callTool({ name: 'read', arguments: { path: 'old' } })).toMatchObject({
      content: [{ text: 'ran read' }],
    });
    expect(client.sent).toEqual([{ name: 'read', arguments: { path: 'new' } }]);
    await expect(client.callTool({ name: 'tidy' })).rejects.toMatchObject({
      outcome: { blockedBy: 'tool_permission:tool_not_allowed' },
    });
    expect(client.sent).toHaveLength(1);
    expect(steps()[0]?.attributes).toMatchObject({
      'spanledger.node.id': 'files.read',
      'spanledger.node.kind': 'mcp',
      'gen_ai.tool.name': 'read',
    });
  });

  test('takes the hints of the server to raise the risk', async () => {
    const { runtime } = testRuntime({ risk: { maxTier: 3 } });
    const client = governMcpClient(new Client(), { runtime });
    expect(await client.callTool({ name: 'tidy' })).toBeDefined();
    await client.listTools();
    await expect(client.callTool({ name: 'tidy' })).rejects.toMatchObject({
      outcome: { blockedBy: 'risk:tier_too_high' },
    });
  });
});
