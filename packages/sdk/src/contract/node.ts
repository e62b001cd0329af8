import type { RiskTier } from './step-facts.ts';

/** What a step is expected to use at most; reserved from budgets before it runs. */
export interface UsageEstimate {
  /** US dollars. */
  readonly costUsd?: number;
  readonly tokens?: number;
  /** Milliseconds. */
  readonly durationMs?: number;
  /** Grams of CO2 equivalent. */
  readonly carbonGrams?: number;
}

/** Hints of the Model Context Protocol about a tool. */
export interface ToolAnnotations {
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** The tool that a step calls. */
export interface ToolCall {
  readonly name: string;
  /** As the model gave them. */
  readonly arguments?: unknown;
  /** Identifier of the call. */
  readonly id?: string;
  readonly annotations?: ToolAnnotations;
}

/** What a node gets to run. */
export interface NodeExecution {
  /** The text to work on: the task as guardrails and masks left it. */
  readonly task: string;
  /** Arguments of the tool as guardrails and masks left them. */
  readonly toolArguments: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly attachments: readonly unknown[];
  readonly runId: string;
  readonly stepId: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborted on timeout and when the caller aborts. */
  readonly signal: AbortSignal;
}

/** What a node gives back. A plain string is the content alone. */
export interface NodeOutput {
  readonly content: string;
  readonly structured?: Readonly<Record<string, unknown>>;
  readonly model?: string;
  readonly provider?: string;
  /** Tokens of the input, cached ones included. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Total, where input and output are not known apart; it is recorded as input then. */
  readonly tokensUsed?: number;
  /** US dollars, as the provider said. Default: that of the model calls below the step. */
  readonly costUsd?: number;
  /** Grams of CO2 equivalent, as stated. Default: that of the model calls below the step. */
  readonly carbonGrams?: number;
  /** 0 to 1. */
  readonly confidence?: number;
  /** Labels of untrusted data that the output brings in. */
  readonly taintLabels?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The value itself, where `content` is only its text: what `govern` gives to its caller. */
  readonly value?: unknown;
}

/** A named place of the graph: what a step executes. */
export interface StepNode {
  readonly id: string;
  /** `native`, `model`, `tool`, `agent`, `workflow`, `mcp`, `human`, `http`, `subgraph` or a framework's name. Default `native`. */
  readonly kind?: string;
  /** What the node does, in words: the risk is read from it. */
  readonly action?: string;
  /** Name of the agent, for an agent. Default the id. */
  readonly agent?: string;
  /** The least tier of the node. */
  readonly riskTier?: RiskTier;
  /** Service level target, milliseconds. */
  readonly slaTargetMs?: number;
  /** How long an attempt may take, milliseconds. Default: the runtime's. */
  readonly timeoutMs?: number;
  readonly estimate?: UsageEstimate;
  run(execution: NodeExecution): NodeOutput | string | Promise<NodeOutput | string>;
}
