import type { CheckOutcome } from '@spanledger/semconv';
import type { NodeOutput, StepNode } from './node.ts';
import type { NodeInput } from './node-input.ts';
import type { StepFacts } from './step-facts.ts';

/** Who acts, as proven. */
export interface StepIdentity {
  readonly subject: string;
  /** How it was proven, for example `jwt`. */
  readonly method: string;
  /** Tenant that the credential names. */
  readonly tenant?: string | undefined;
  /** On whose behalf, from the acting party outwards. */
  readonly delegation?: readonly string[];
  readonly scopes?: readonly string[];
}

/** What an attempt used, by its output's words, its model calls' and the price list's. What nobody said is `undefined`, never 0. */
export interface StepUsage {
  readonly model: string | undefined;
  readonly provider: string | undefined;
  /** Tokens of the input, cached ones included. */
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** US dollars. */
  readonly costUsd: number | undefined;
  /** `provider` or `sdk`. */
  readonly costSource: string | undefined;
  /** Grams of CO2 equivalent. */
  readonly carbonGrams: number | undefined;
  readonly carbonMethod: string | undefined;
}

/** Money budget in force, for the record. US dollars. */
export interface BudgetState {
  readonly limitUsd: number;
  readonly spentUsd: number;
}

/** The policy that decided. */
export interface PolicyState {
  readonly id: string;
  readonly version: string;
  /** Rule that decided, or the first that was noted. */
  readonly rule?: string | undefined;
  /** What was asked, as JSON without content of the step; see `replayDecision`. */
  readonly request?: string | undefined;
}

/** The run that a step belongs to, as checks see it. */
export interface StepRun {
  readonly id: string;
  readonly parentId?: string | undefined;
  readonly workflow?: string | undefined;
  readonly conversationId?: string | undefined;
  /** How many steps in a row the run has given to this node, the present one included. */
  consecutiveSteps(nodeId: string): number;
  /** Labels that nodes of this run passed on. */
  taintOf(nodeId: string): readonly string[];
}

/** One attempt of a step, as its checks see it. Fields that are not readonly are the checks' to fill. */
export interface StepContext {
  readonly run: StepRun;
  readonly stepId: string;
  /** From 1. */
  readonly attempt: number;
  /** How often the run met the node, from 1. */
  readonly visit: number;
  readonly node: StepNode;
  readonly input: NodeInput;
  readonly facts: StepFacts;
  /** The task as it will be executed and recorded; guardrails and masks replace it. */
  task: string;
  /** Arguments of the tool as they will be executed and recorded. */
  toolArguments: unknown;
  /** There once the node has answered; guardrails and masks replace its content. */
  output: NodeOutput | undefined;
  /** There once the node was executed, whether it answered or failed. */
  readonly usage: StepUsage | undefined;
  /** There once the node has failed. */
  error: Error | undefined;
  /** The error as it is recorded: with its own message, or masked. */
  recordedError: Error | undefined;
  /** Whether the node was called. */
  readonly executed: boolean;
  /** Tenant that the calling step or process names. */
  readonly callerTenant: string | undefined;
  identity: StepIdentity | undefined;
  tenant: string | undefined;
  policy: PolicyState | undefined;
  budget: BudgetState | undefined;
  complianceProfile: string | undefined;
  slaTargetMs: number | undefined;
  slaMet: boolean | undefined;
  /** What the budget check has put aside, until it is settled. Kept here since a look-up by step costs more than the check. */
  reservations: unknown;
  /** Whether text was masked. */
  redacted: boolean;
  /** The task as it is recorded, where it differs from what is executed. */
  recordedTask: string | undefined;
  /** The output as it is recorded, where it differs from what the caller gets. */
  recordedOutput: string | undefined;
  /** The least of the time limits that checks set on the execution, milliseconds. */
  timeLimitMs: number | undefined;
  /** Emits an event of this step, such as `spanledger.step.budget_warning`. */
  emit(eventName: string, reason: string, detail?: string): void;
  /** Whether the attempt's span is recorded. */
  isRecorded(): boolean;
  /** Milliseconds since the attempt began. */
  elapsedMs(): number;
  /** What a check has said so far; `undefined` for one that has not been asked. */
  outcomeOf(check: string): CheckOutcome | undefined;
}
