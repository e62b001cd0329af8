import type { NodeExecution, StepNode, ToolAnnotations, ToolCall } from '../contract/node.ts';
import type { NodeInput } from '../contract/node-input.ts';
import { ConfigurationError } from '../errors.ts';
import { textOrThrow } from './govern.ts';
import { valueOrThrow } from './step-failures.ts';
import type { StepRuntime } from './step-runtime.ts';

/** What the SDK needs of a client of the Model Context Protocol; that of `@modelcontextprotocol/sdk` fits. */
export interface McpClient {
  callTool(request: McpToolRequest, ...rest: never[]): Promise<unknown>;
  listTools?(...args: never[]): Promise<unknown>;
}

/** A call of a tool as the protocol has it. */
export interface McpToolRequest {
  readonly name: string;
  readonly arguments?: Record<string, unknown>;
}

/** How a client's calls are governed. */
export interface GovernMcpOptions extends Omit<StepNode, 'id' | 'run' | 'kind'> {
  readonly runtime: StepRuntime;
  /** Name of the server: nodes are named `<server>.<tool>`. Default: the tool's name alone. */
  readonly server?: string;
  /** What a call brings besides its arguments. */
  readonly input?: (request: McpToolRequest) => Partial<Omit<NodeInput, 'task' | 'node' | 'tool'>>;
}

/**
 * Makes a governed client of one: each `callTool` is a step, whoever makes it. What the server says of its tools (`listTools`) is
 * remembered, and raises the risk of destructive ones; it never lowers any.
 *
 * @example
 * const client = governMcpClient(new Client({ name: 'app', version: '1' }), { runtime, server: 'files' });
 * await client.callTool({ name: 'delete_file', arguments: { path } });
 * @throws {ConfigurationError} TOOL_SHAPE when the client has no `callTool`
 */
export function governMcpClient<T extends McpClient>(client: T, options: GovernMcpOptions): T {
  const { runtime, server, input: inputOf, ...kind } = options;
  if (typeof client.callTool !== 'function') {
    throw new ConfigurationError('TOOL_SHAPE', 'client', 'it has no method `callTool`');
  }
  const hints = new Map<string, ToolAnnotations>();

  const callTool = async (request: McpToolRequest, ...rest: unknown[]): Promise<unknown> => {
    const annotations = hints.get(request.name);
    const node: StepNode = {
      action: request.name,
      ...kind,
      id: server === undefined ? request.name : `${server}.${request.name}`,
      kind: 'mcp',
      run: async ({ toolArguments }: NodeExecution) => {
        const changed = { ...request, arguments: toolArguments };
        const value: unknown = await Reflect.apply(client.callTool, client, [changed, ...rest]);
        return { content: textOrThrow(value), value };
      },
    };
    const tool: ToolCall = {
      name: request.name,
      arguments: request.arguments ?? {},
      ...(annotations === undefined ? {} : { annotations }),
    };
    return valueOrThrow(await runtime.run({ ...inputOf?.(request), task: '', node, tool }));
  };

  const listTools = async (...args: unknown[]): Promise<unknown> => {
    const listed: unknown = await Reflect.apply(client.listTools ?? noTools, client, args);
    for (const [name, annotations] of annotationsIn(listed)) hints.set(name, annotations);
    return listed;
  };

  return new Proxy(client, {
    get(target, property) {
      if (property === 'callTool') return callTool;
      if (property === 'listTools' && target.listTools !== undefined) return listTools;
      // Methods of the client reach their private fields only on the client itself.
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const noTools = (): Promise<unknown> => Promise.resolve(undefined);

function* annotationsIn(listed: unknown): Generator<[string, ToolAnnotations]> {
  const tools: unknown = typeof listed === 'object' && listed !== null && 'tools' in listed ? listed.tools : undefined;
  if (!Array.isArray(tools)) return;
  for (const tool of tools as unknown[]) {
    if (typeof tool !== 'object' || tool === null || !('name' in tool) || typeof tool.name !== 'string') continue;
    const annotations: unknown = 'annotations' in tool ? tool.annotations : undefined;
    if (typeof annotations === 'object' && annotations !== null) yield [tool.name, annotations];
  }
}
