import type { StepNode, ToolCall, UsageEstimate } from './node.ts';
import type { RiskTier } from './step-facts.ts';

/** What `StepRuntime.run` is given. Only `task` must be there. */
export interface NodeInput {
  /** Text that the node works on. */
  readonly task: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly attachments?: readonly unknown[];
  /** Default: the runtime's node. */
  readonly node?: StepNode;
  /** Default: the run in whose scope the call is made, else a run of its own. */
  readonly runId?: string;
  /** Nodes that led here. */
  readonly from?: readonly string[];
  /** Outcome of the nodes in `from`. Default `ok` when there are any. */
  readonly edgeOutcome?: string;
  readonly tool?: ToolCall;
  /** Agent credential, a signed token. */
  readonly credential?: string;
  readonly estimate?: UsageEstimate;
  /** The least tier of this step. */
  readonly riskTier?: RiskTier;
  /** Labels of untrusted data in the task. */
  readonly taintLabels?: readonly string[];
  readonly conversationId?: string;
  readonly userId?: string;
  /** Aborts the step. */
  readonly signal?: AbortSignal;
}
