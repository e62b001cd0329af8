import type { StepNode } from '../contract/node.ts';
import type { NodeInput } from '../contract/node-input.ts';
import { SdkError } from '../errors.ts';
import type { PausedStep } from './paused-steps.ts';
import type { RunNames, RunSnapshot } from './run-state.ts';
import type { StepNames } from './step-attempt.ts';

/** Of an input, what a suspended step keeps: neither the node, which is code, nor the credential, which is a secret, nor the signal. */
type KeptInput = Omit<NodeInput, 'node' | 'runId' | 'credential' | 'signal'>;

const KEPT: readonly (keyof KeptInput)[] = [
  'task',
  'context',
  'metadata',
  'attachments',
  'from',
  'edgeOutcome',
  'tool',
  'estimate',
  'riskTier',
  'taintLabels',
  'conversationId',
  'userId',
];

const DEEPEST = 100;

/** What is needed again to go on with a suspended step, since it is not kept with it. */
export interface ResumeInput {
  /** The node that the step was for. Default: the runtime's. */
  readonly node?: StepNode;
  /** Agent credential, asked for again. */
  readonly credential?: string;
  readonly signal?: AbortSignal;
}

/** A paused step in a form that goes through JSON. */
export interface SuspendedStep {
  readonly run: RunNames;
  readonly state: RunSnapshot;
  readonly stepId: string;
  readonly index: number;
  readonly visit: number;
  readonly nodeId: string;
  readonly attempt: number;
  /** Name of the check that escalated. */
  readonly check: string;
  readonly input: KeptInput;
}

/** Writes a paused step. @throws {SdkError} SUSPENDED_STEP when the input holds what JSON can not */
export function writeSuspended({ names, attempt }: PausedStep, check: string): string {
  const { run, stepId, index, visit, node, input } = names;
  const kept: Record<string, unknown> = {};
  for (const name of KEPT) {
    requirePlain(input[name], name, 0);
    kept[name] = input[name];
  }
  const { id, parentId, workflow, conversationId } = run;
  const state = run.snapshot();
  const suspended = { run: { id, parentId, workflow, conversationId }, state, stepId, index, visit, attempt, check };
  return JSON.stringify({ ...suspended, nodeId: node.id, input: kept });
}

/** Makes the input of a resumed step from what was kept and what is given again. */
export function resumedInput(
  { input, nodeId }: SuspendedStep,
  given: ResumeInput,
  node: StepNode | undefined,
): NodeInput & { readonly node: StepNode } {
  if (node?.id !== nodeId) {
    const message = `the suspended step is for node \`${nodeId}\`, not \`${node?.id}\`; give that one in \`node\``;
    throw new SdkError('SUSPENDED_STEP', message);
  }
  const { credential, signal } = given;
  return {
    ...input,
    node,
    ...(credential === undefined ? {} : { credential }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Names of a resumed step: those that it had. */
export function resumedNames(
  { stepId, index, visit }: SuspendedStep,
  run: StepNames['run'],
  input: NodeInput & { readonly node: StepNode },
): StepNames {
  return { run, stepId, index, visit, node: input.node, input };
}

/** What JSON would silently change is refused: the human has approved the input as it was. */
function requirePlain(value: unknown, path: string, depth: number): void {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (typeof value !== 'object' || depth > DEEPEST || !isPlain(value)) {
    const message = `a step can not be suspended: \`input.${path}\` is no text, number, boolean, array or plain object`;
    throw new SdkError('SUSPENDED_STEP', message);
  }
  for (const [key, one] of Object.entries(value)) requirePlain(one, `${path}.${key}`, depth + 1);
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === null || prototype === Object.prototype) && !('toJSON' in value);
}
