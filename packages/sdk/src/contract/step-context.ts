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

/** Money budget in force, for the record. US dollars. */
export interface BudgetState {
  readonly limitUsd: number;
  readonly spentUsd: number;
}

/** The policy that decided. */
export interface PolicyState {
  readonly id: string;
  readonly version: string;
}

/** Names of the run that a step belongs to. */
export interface RunNames {
  readonly id: string;
  readonly parentId?: string | undefined;
  readonly workflow?: string | undefined;
}

/** One attempt of a step, as its checks see it. Fields that are not readonly are the checks' to fill. */
export interface StepContext {
  readonly run: RunNames;
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
  /** There once the node has failed. */
  error: Error | undefined;
  identity: StepIdentity | undefined;
  tenant: string | undefined;
  policy: PolicyState | undefined;
  budget: BudgetState | undefined;
  complianceProfile: string | undefined;
  slaTargetMs: number | undefined;
  slaMet: boolean | undefined;
  /** Whether text was masked. */
  redacted: boolean;
  /** Milliseconds since the attempt began. */
  elapsedMs(): number;
  /** What a check has said so far; `undefined` for one that has not been asked. */
  outcomeOf(check: string): CheckOutcome | undefined;
}
