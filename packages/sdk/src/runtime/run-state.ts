import type { SpanContext } from '@opentelemetry/api';
import type { RunStatus } from '@spanledger/semconv';
import type { StepRun } from '../contract/step-context.ts';

const NO_LABELS: readonly string[] = [];

/** What names a run; all but the id may be unknown. */
export interface RunNames {
  readonly id: string;
  readonly parentId?: string | undefined;
  readonly workflow?: string | undefined;
  readonly conversationId?: string | undefined;
}

/** What is known of a node that the run has been to. */
interface NodeState {
  visits: number;
  labels: readonly string[];
  /** Span of its last step, for links along edges. */
  span: SpanContext | undefined;
}

/** What a run has come to, in a form that goes through JSON. */
export interface RunSnapshot {
  readonly steps: number;
  readonly stoppedBy: string | undefined;
  readonly lastNode: string;
  readonly consecutive: number;
  readonly nodes: readonly (NodeState & { readonly id: string })[];
}

/** What this process knows of one run: its counters, and what its nodes pass on along edges. */
export class RunState implements StepRun {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly workflow: string | undefined;
  readonly conversationId: string | undefined;
  /** Name under which this process numbers the run's records. */
  readonly producer: string;
  /** Steps of the run that are not over. */
  openSteps = 0;
  /** Steps of the run that wait for a human. */
  pausedSteps = 0;
  /** Steps of the run that wait for a human, to be resumed wherever they come back. */
  readonly suspended: Set<string> = new Set();
  /** How the body of the run ended while steps of it waited; the run ends once they no longer do. */
  endsAs: RunStatus | undefined;
  /** Why nothing more may run: a human rejected a step. */
  stoppedBy: string | undefined;
  #sequence = 0;
  #steps = 0;
  #lastNode = '';
  #consecutive = 0;
  readonly #nodes = new Map<string, NodeState>();

  constructor(names: RunNames, producer: string) {
    this.id = names.id;
    this.parentId = names.parentId;
    this.workflow = names.workflow;
    this.conversationId = names.conversationId;
    this.producer = producer;
  }

  /** Takes the next gap-free number of a record, from 1. */
  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Takes the next position of a step, from 0. */
  nextIndex(): number {
    this.#steps += 1;
    return this.#steps - 1;
  }

  /** Counts a visit of a node, from 1. */
  nextVisit(nodeId: string): number {
    const node = this.#nodeOf(nodeId);
    node.visits += 1;
    this.#consecutive = nodeId === this.#lastNode ? this.#consecutive + 1 : 1;
    this.#lastNode = nodeId;
    return node.visits;
  }

  consecutiveSteps(nodeId: string): number {
    return nodeId === this.#lastNode ? this.#consecutive : 1;
  }

  taintOf(nodeId: string): readonly string[] {
    return this.#nodes.get(nodeId)?.labels ?? NO_LABELS;
  }

  /** Span of the last step of a node. */
  spanOf(nodeId: string): SpanContext | undefined {
    return this.#nodes.get(nodeId)?.span;
  }

  /** Notes what a step passes on along the edges that lead away from its node. */
  leave(nodeId: string, labels: readonly string[], span: SpanContext): void {
    const node = this.#nodeOf(nodeId);
    node.labels = labels;
    node.span = span;
  }

  /** Takes the labels off a node: what it passes on from now on is trusted again. */
  clearTaint(nodeId: string): void {
    const node = this.#nodes.get(nodeId);
    if (node !== undefined) node.labels = NO_LABELS;
  }

  /** What another process has to know of the run to go on with it. */
  snapshot(): RunSnapshot {
    return {
      steps: this.#steps,
      stoppedBy: this.stoppedBy,
      lastNode: this.#lastNode,
      consecutive: this.#consecutive,
      nodes: [...this.#nodes].map(([id, node]) => ({ ...node, id })),
    };
  }

  /** Takes over what another process knows of the run, and this one does not. */
  restore({ steps, stoppedBy, lastNode, consecutive, nodes }: RunSnapshot): void {
    if (this.#steps === 0) {
      this.#lastNode = lastNode;
      this.#consecutive = consecutive;
    }
    this.#steps = Math.max(this.#steps, steps);
    this.stoppedBy ??= stoppedBy;
    for (const { id, visits, labels, span } of nodes) {
      if (!this.#nodes.has(id)) this.#nodes.set(id, { visits, labels, span });
    }
  }

  #nodeOf(nodeId: string): NodeState {
    let node = this.#nodes.get(nodeId);
    if (node === undefined) {
      node = { visits: 0, labels: NO_LABELS, span: undefined };
      this.#nodes.set(nodeId, node);
    }
    return node;
  }
}
