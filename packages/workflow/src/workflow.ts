import type { RuntimeOutcome, StepNode } from '@spanledger/sdk';

/** A part of a workflow: an agent by its name, a node, parts one after the other, or parts at the same time. */
export type WorkflowPart =
  | string
  | StepNode
  | { readonly sequence: readonly WorkflowPart[] }
  | { readonly parallel: readonly WorkflowPart[] };

/** A workflow of nodes one after the other, some of them at the same time. */
export interface Workflow {
  readonly name: string;
  readonly nodes: readonly WorkflowPart[];
}

/** How a workflow is run. */
export interface WorkflowInput {
  /** What the first nodes get. */
  readonly input: string;
  /** Default a new UUID. */
  readonly runId?: string;
  readonly conversationId?: string;
  readonly userId?: string;
  /** Credential that each step shows. */
  readonly credential?: string;
  /** Labels of untrusted data in the input. */
  readonly taintLabels?: readonly string[];
  /** Aborts the steps that run, and runs no further ones. */
  readonly signal?: AbortSignal;
}

/** What came of a workflow. */
export interface WorkflowResult {
  readonly runId: string;
  readonly workflow: string;
  /** `paused` while a step waits for a human. */
  readonly status: 'completed' | 'failed' | 'paused';
  /** Content of the last node; of several at the same time each on lines of its own. Empty unless completed. */
  readonly output: string;
  /** Outcome of each node that was reached, in the order in which they ended. */
  readonly steps: readonly RuntimeOutcome[];
  /** Content by node. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Nodes that were not reached, since one before them did not complete. */
  readonly skipped: readonly string[];
}
