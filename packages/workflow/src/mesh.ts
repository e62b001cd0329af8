import {
  ConfigurationError,
  EventBus,
  type RuntimeEvent,
  type RuntimeOptions,
  type StepNode,
  StepRuntime,
  type Subscription,
  type SubscriptionOptions,
  type SubscriptionStats,
} from '@spanledger/sdk';
import { type MeshEventName, type MeshEventRecord, meshEventOf } from './mesh-event.ts';
import { resolve } from './resolve.ts';
import { runWorkflow } from './run-workflow.ts';
import type { Workflow, WorkflowInput, WorkflowResult } from './workflow.ts';

/** Options of a mesh: those of its runtime, of which none has to be given. */
export type MeshOptions = Partial<RuntimeOptions>;

/** Called with the events of a name, one after the other. */
export type MeshHandler = (event: MeshEventRecord) => void | Promise<void>;

const EVERYTHING_ALLOWED = { id: 'mesh', version: '1', rules: [] };

/**
 * The control plane of an app: agents by name, workflows of them, and who hears of what happens. Each node that a workflow comes to
 * runs as a governed step.
 *
 * @example
 * const mesh = new Mesh({ policy });
 * mesh.register({ id: 'planner', run: ({ task }) => plan(task) });
 * mesh.on(MeshEvent.POLICY_VIOLATION, ({ nodeId, reason }) => console.warn(nodeId, reason));
 * const result = await mesh.runWorkflow({ name: 'support', nodes: ['planner', 'writer'] }, { input: ticket });
 */
export class Mesh {
  /** Runs single steps under the same rules, and resumes paused ones. */
  readonly runtime: StepRuntime;
  readonly #agents = new Map<string, StepNode>();
  readonly #bus = new EventBus<MeshEventRecord>();

  /** @throws ConfigurationError when an option can not be meant; the message holds its path */
  constructor(options: MeshOptions = {}) {
    const { observer } = options;
    this.runtime = new StepRuntime({
      policy: EVERYTHING_ALLOWED,
      ...options,
      observer: {
        notify: (event: RuntimeEvent) => {
          const told = meshEventOf(event);
          if (told !== undefined) this.#bus.publish(told);
          observer?.notify(event);
        },
      },
    });
  }

  /**
   * Makes an agent known under its id.
   * @throws ConfigurationError `AGENT_REGISTERED` when there is one already
   */
  register(agent: StepNode): this {
    if (this.#agents.has(agent.id)) {
      throw new ConfigurationError(
        'AGENT_REGISTERED',
        `agents.${agent.id}`,
        'an agent of this id is registered already',
      );
    }
    this.#agents.set(agent.id, agent);
    return this;
  }

  /** Names of the registered agents, in the order in which they came. */
  get agents(): readonly string[] {
    return [...this.#agents.keys()];
  }

  /** Has a handler called at events of a name, or at all with `MeshEvent.ALL`. It never holds up a step, and what it throws is only counted. */
  on(name: MeshEventName, handler: MeshHandler, options?: SubscriptionOptions): Subscription {
    return this.#bus.subscribe(name, handler, options);
  }

  /** What became of the events of all handlers. */
  get eventStats(): SubscriptionStats {
    return this.#bus.stats;
  }

  /** Waits until the handlers have dealt with all that was told so far. */
  drained(): Promise<void> {
    return this.#bus.drained();
  }

  /**
   * Runs a workflow of registered agents and of nodes. A node that is blocked, fails or waits for a human comes back in the result.
   * @throws ConfigurationError `WORKFLOW_INVALID` before anything has run
   */
  async runWorkflow(workflow: Workflow, input: WorkflowInput): Promise<WorkflowResult> {
    return runWorkflow(this.runtime, workflow, resolve(workflow, this.#agents), input);
  }
}
