import type { StepNode, ToolCall, UsageEstimate } from './node.ts';
import type { RiskTier } from './step-facts.ts';

/** What `StepRuntime.run` is given. Only `task` must be there. */
export interface NodeInput {
  /** Text that the node works on. */
  readonly task: string;
  /** What the node is told beside the task. Guardrails and the scanner look at it; it is not recorded. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The app's own words on the step, for policies (`metadata.<path>`) and the node. Nothing looks at it, and it is not recorded. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Texts, objects and bytes for the node. Guardrails and the scanner look at all but bytes; they are not recorded. */
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
