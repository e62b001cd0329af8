import type { RuntimeOutcome, StepNode, StepRuntime } from '@spanledger/sdk';
import { nodesOf, type Resolved } from './resolve.ts';
import type { Workflow, WorkflowInput, WorkflowResult } from './workflow.ts';

/** What a part hands to the next: its text, and the nodes that it comes from. */
interface Handed {
  readonly text: string;
  readonly from: readonly string[];
}

/** Ends a run that can't go on, so that it is recorded as failed. */
class WorkflowStopped extends Error {}

/** Runs a workflow: each node as a governed step of one run. A node that does not complete stops what comes after it. */
export async function runWorkflow(
  runtime: StepRuntime,
  workflow: Workflow,
  resolved: Resolved,
  input: WorkflowInput,
): Promise<WorkflowResult> {
  const walk = new Walk(runtime, input);
  let runId = input.runId ?? '';
  const start = {
    workflow: workflow.name,
    ...(input.runId === undefined ? {} : { runId: input.runId }),
    ...(input.conversationId === undefined ? {} : { conversationId: input.conversationId }),
  };
  let handed: Handed | undefined;
  try {
    await runtime.withRun(start, async (run) => {
      runId = run.id;
      handed = await walk.part(resolved, { text: input.input, from: [] });
      if (handed === undefined && !walk.isPaused) throw new WorkflowStopped();
    });
  } catch (thrown) {
    if (!(thrown instanceof WorkflowStopped)) throw thrown;
  }
  return {
    runId,
    workflow: workflow.name,
    status: handed !== undefined ? 'completed' : walk.isPaused ? 'paused' : 'failed',
    output: handed?.text ?? '',
    steps: walk.steps,
    outputs: Object.fromEntries(walk.steps.filter((one) => one.ok).map((one) => [one.nodeId, one.output.content])),
    skipped: nodesOf(resolved).filter((id) => !walk.steps.some((one) => one.nodeId === id)),
  };
}

class Walk {
  readonly steps: RuntimeOutcome[] = [];
  readonly #runtime: StepRuntime;
  readonly #input: WorkflowInput;

  constructor(runtime: StepRuntime, input: WorkflowInput) {
    this.#runtime = runtime;
    this.#input = input;
  }

  /** Whether a step waits for a human, and none failed. */
  get isPaused(): boolean {
    return this.steps.some((one) => one.pausedForHuman) && this.steps.every((one) => one.ok || one.pausedForHuman);
  }

  /** Runs a part; `undefined` when it did not complete. */
  async part(part: Resolved, handed: Handed): Promise<Handed | undefined> {
    if (part.kind === 'node') return this.#node(part.node, handed);
    if (part.kind === 'parallel') {
      const all = await Promise.all(part.parts.map((one) => this.part(one, handed)));
      const completed = all.filter((one) => one !== undefined);
      if (completed.length < all.length) return undefined;
      return { text: completed.map((one) => one.text).join('\n'), from: completed.flatMap((one) => one.from) };
    }
    let current: Handed | undefined = handed;
    for (const one of part.parts) {
      if (current === undefined) return undefined;
      current = await this.part(one, current);
    }
    return current;
  }

  async #node(node: StepNode, { text, from }: Handed): Promise<Handed | undefined> {
    const { userId, credential, taintLabels, signal, conversationId } = this.#input;
    if (signal?.aborted === true) return undefined;
    const outcome = await this.#runtime.run({
      task: text,
      node,
      context: { input: this.#input.input },
      ...(from.length === 0 ? {} : { from }),
      ...(conversationId === undefined ? {} : { conversationId }),
      ...(userId === undefined ? {} : { userId }),
      ...(credential === undefined ? {} : { credential }),
      // Further on they flow along the edges.
      ...(taintLabels === undefined || from.length > 0 ? {} : { taintLabels }),
      ...(signal === undefined ? {} : { signal }),
    });
    this.steps.push(outcome);
    return outcome.ok ? { text: outcome.output.content, from: [node.id] } : undefined;
  }
}
