import type { NodeExecution, NodeOutput, StepNode, ToolCall } from '../contract/node.ts';
import type { NodeInput } from '../contract/node-input.ts';
import { ConfigurationError, StepError } from '../errors.ts';
import { readText, writeText } from '../text/json-text.ts';
import { valueOrThrow } from './step-failures.ts';
import type { StepRuntime } from './step-runtime.ts';

/** How a function is governed. */
export interface GovernOptions<Arguments extends readonly unknown[], Result> extends Omit<StepNode, 'id' | 'run'> {
  readonly runtime: StepRuntime;
  /** Name of the node. Default: the function's name. */
  readonly node?: string;
  /** What a call brings besides its arguments: edges, labels, a credential, an estimate, an abort signal. */
  readonly input?: (...args: Arguments) => Partial<Omit<NodeInput, 'task' | 'node'>>;
  /** What a result says of model, tokens, cost and confidence. Default: nothing; model calls below are counted by their spans. */
  readonly output?: (result: Awaited<Result>) => Omit<NodeOutput, 'content' | 'value'>;
}

const LONGEST = 10_000_000;

/**
 * Makes a governed function of one: each call is a step. Arguments and result are looked at as text (a single text as it is, all else as
 * JSON); what guardrails or masks change of them is what the function gets, and what the caller gets.
 *
 * @example
 * const summarise = govern(async (text: string) => model.summarise(text), { runtime, node: 'summarise', kind: 'model' });
 * const summary = await summarise(text);
 * @throws from the governed function: what the function throws; {@link StepBlockedError}; {@link StepPausedError}
 */
export function govern<Arguments extends readonly unknown[], Result>(
  fn: (...args: Arguments) => Result,
  options: GovernOptions<Arguments, Result>,
): (...args: Arguments) => Promise<Awaited<Result>> {
  const { runtime, node: name, input: inputOf, output: usageOf, ...kind } = options;
  const id = name ?? (fn.name === '' ? 'anonymous' : fn.name);
  const outputOf = (value: Awaited<Result>): NodeOutput => ({
    ...usageOf?.(value),
    content: textOrThrow(value),
    value,
  });
  return async (...args: Arguments): Promise<Awaited<Result>> => {
    const task = textOfArguments(args);
    const node: StepNode = {
      ...kind,
      id,
      run: async (execution) => outputOf(await fn(...argumentsOf<Arguments>(execution.task, task, args))),
    };
    const outcome = await runtime.run({ ...inputOf?.(...args), task, node });
    return valueOrThrow(outcome) as Awaited<Result>;
  };
}

/** A tool as frameworks know it: a name, and one method that runs it. */
export interface Tool {
  readonly name?: string | undefined;
  readonly description?: unknown;
  readonly annotations?: ToolCall['annotations'];
}

/** How a tool is governed. */
export interface GovernToolOptions extends Omit<StepNode, 'id' | 'run' | 'kind'> {
  readonly runtime: StepRuntime;
  /** Name of the tool. Default: its `name`. */
  readonly name?: string;
  /** Method that runs the tool, with its arguments first. Default: the first of `execute`, `invoke`, `call`, `func`, `run` that it has. */
  readonly method?: string;
  /** What a call brings besides its arguments. */
  readonly input?: (toolArguments: unknown) => Partial<Omit<NodeInput, 'task' | 'node' | 'tool'>>;
}

const METHODS = ['execute', 'invoke', 'call', 'func', 'run'] as const;

/**
 * Makes a governed tool of one, to be given to a framework in its place: every call of it is a step, whoever makes it. The tool gets its
 * arguments as schema, guardrails and masks left them.
 *
 * @example
 * const agentTools = { refund: governTool(refundTool, { runtime, name: 'refund', riskTier: 4 }) };
 * @throws {ConfigurationError} TOOL_SHAPE when the tool has no name or no method that runs it
 */
export function governTool<T extends Tool>(tool: T, options: GovernToolOptions): T {
  const { runtime, name: given, method: wanted, input: inputOf, ...kind } = options;
  const name = given ?? tool.name;
  const method = wanted ?? METHODS.find((one) => typeof Reflect.get(tool, one) === 'function');
  if (name === undefined || name === '')
    throw new ConfigurationError('TOOL_SHAPE', 'name', 'the tool has none; give one');
  const original: unknown = method === undefined ? undefined : Reflect.get(tool, method);
  if (method === undefined || typeof original !== 'function') {
    throw new ConfigurationError('TOOL_SHAPE', 'method', `\`${name}\` has no method ${wanted ?? METHODS.join(', ')}`);
  }
  const run = async (self: unknown, first: unknown, rest: readonly unknown[]): Promise<unknown> => {
    const node: StepNode = {
      ...kind,
      id: name,
      kind: 'tool',
      run: async ({ toolArguments }: NodeExecution) => {
        const value: unknown = await Reflect.apply(original, self, [toolArguments, ...rest]);
        return { content: textOrThrow(value), value };
      },
    };
    const call: ToolCall = {
      name,
      arguments: first,
      ...(tool.annotations === undefined ? {} : { annotations: tool.annotations }),
    };
    return valueOrThrow(await runtime.run({ ...inputOf?.(first), task: '', node, tool: call }));
  };
  const governed = Object.create(Object.getPrototypeOf(tool), Object.getOwnPropertyDescriptors(tool)) as T;
  Object.defineProperty(governed, method, {
    configurable: true,
    enumerable: true,
    writable: true,
    value(this: unknown, first: unknown, ...rest: readonly unknown[]) {
      return run(this === governed ? tool : this, first, rest);
    },
  });
  return governed;
}

function textOfArguments(args: readonly unknown[]): string {
  const [only] = args;
  return args.length === 1 && typeof only === 'string' ? only : textOrThrow(args);
}

function argumentsOf<Arguments extends readonly unknown[]>(now: string, before: string, args: Arguments): Arguments {
  if (now === before) return args;
  if (args.length === 1 && typeof args[0] === 'string') return [now] as unknown as Arguments;
  const changed = readText(now, false)?.value;
  if (Array.isArray(changed) && changed.length === args.length) return changed as unknown as Arguments;
  throw new StepError('ARGUMENTS_UNSAFE', 'what guardrails or masks left of the arguments are no arguments any more');
}

/** The text by which a value is looked at. @throws {StepError} VALUE_UNREADABLE when it has none */
export function textOrThrow(value: unknown): string {
  const written = writeText(value, LONGEST);
  if ('text' in written) return written.text;
  throw new StepError(
    'VALUE_UNREADABLE',
    `a value can not be looked at as text: ${written.fault}; give texts or plain objects`,
  );
}
