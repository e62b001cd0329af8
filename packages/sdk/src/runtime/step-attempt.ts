import { performance } from 'node:perf_hooks';
import type { Context, Span } from '@opentelemetry/api';
import type { CheckOutcome, StepStatus, Verdict } from '@spanledger/semconv';
import type { NodeOutput, StepNode } from '../contract/node.ts';
import type { NodeInput } from '../contract/node-input.ts';
import type { BudgetState, PolicyState, StepContext, StepIdentity, StepUsage } from '../contract/step-context.ts';
import type { StepFacts } from '../contract/step-facts.ts';
import type { UsageMeter } from '../cost/usage-meter.ts';
import type { CheckPlan } from './check-plan.ts';
import type { RunState } from './run-state.ts';
import type { StepEmitter } from './step-emitter.ts';

const NONE: readonly string[] = [];

/** Names of a step, the same in all its attempts. */
export interface StepNames {
  readonly run: RunState;
  readonly stepId: string;
  readonly index: number;
  readonly visit: number;
  readonly node: StepNode;
  readonly input: NodeInput;
}

/** One attempt of a step: what its checks see and fill, and what is recorded of it. */
export class StepAttempt implements StepContext {
  readonly names: StepNames;
  readonly run: RunState;
  readonly stepId: string;
  readonly attempt: number;
  readonly visit: number;
  readonly node: StepNode;
  readonly input: NodeInput;
  readonly facts: StepFacts = { sensitiveKinds: NONE, riskTier: 1, taintLabels: NONE };
  readonly startedAt: number = performance.now();
  readonly startedMs: number = Date.now();
  readonly outcomes: CheckOutcome[];
  readonly reasons: string[];
  readonly durationsUs: number[];
  /** Adds up what the model calls below the step use. */
  readonly calls: UsageMeter;
  readonly span: Span;
  readonly context: Context;

  task: string;
  toolArguments: unknown;
  recordedTask: string | undefined = undefined;
  recordedOutput: string | undefined = undefined;
  output: NodeOutput | undefined = undefined;
  usage: StepUsage | undefined = undefined;
  error: Error | undefined = undefined;
  /** The error as it is recorded, with sensitive text masked. */
  recordedError: Error | undefined = undefined;
  identity: StepIdentity | undefined = undefined;
  policy: PolicyState | undefined = undefined;
  budget: BudgetState | undefined = undefined;
  complianceProfile: string | undefined = undefined;
  slaTargetMs: number | undefined = undefined;
  slaMet: boolean | undefined = undefined;
  reservations: unknown = undefined;
  redacted = false;
  timeLimitMs: number | undefined = undefined;

  /** How long all checks but the execution took together, microseconds. */
  checksUs = 0;
  /** Whether all checks so far passed or had nothing to do. */
  isSmooth = true;
  verdict: Verdict = 'commit';
  status: StepStatus = 'running';
  /** Place of the check that blocked or paused; -1 for none. */
  blockAt = -1;
  blockRule: string | undefined = undefined;
  blockDetail: string | undefined = undefined;
  /** What stopped the node: `node_exception`, `timeout` or `aborted`. */
  failure: string | undefined = undefined;
  /** Whether the node was called. */
  executed = false;
  inputDigest = '';
  outputDigest: string | undefined = undefined;
  durationMs = 0;
  sequence = 0;
  /** Place of the check whose escalation a human has approved; -1 for none. */
  approvedCheck = -1;
  /** Number of checks whose `evaluate` was called, so that as many are settled. */
  asked = 0;

  readonly callerTenant: string | undefined;

  readonly #scope: { tenantId: string | undefined };
  readonly #plan: CheckPlan;
  readonly #emitter: StepEmitter;

  constructor(
    names: StepNames,
    attempt: number,
    span: Span,
    context: Context,
    scope: { tenantId: string | undefined },
    callerTenant: string | undefined,
    calls: UsageMeter,
    plan: CheckPlan,
    emitter: StepEmitter,
  ) {
    this.names = names;
    this.run = names.run;
    this.stepId = names.stepId;
    this.attempt = attempt;
    this.visit = names.visit;
    this.node = names.node;
    this.input = names.input;
    this.task = names.input.task;
    this.toolArguments = names.input.tool?.arguments;
    this.span = span;
    this.context = context;
    this.outcomes = plan.outcomes.slice();
    this.reasons = plan.reasons.slice();
    this.durationsUs = plan.durationsUs.slice();
    this.#scope = scope;
    this.callerTenant = callerTenant;
    this.calls = calls;
    this.#plan = plan;
    this.#emitter = emitter;
  }

  get tenant(): string | undefined {
    return this.#scope.tenantId;
  }

  /** Telemetry below the step carries the tenant too. */
  set tenant(tenant: string | undefined) {
    this.#scope.tenantId = tenant;
  }

  /** Whether a human has approved what the check at this place escalates. */
  isApproved(place: number): boolean {
    return place === this.approvedCheck;
  }

  isRecorded(): boolean {
    return this.span.isRecording();
  }

  elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  outcomeOf(check: string): CheckOutcome | undefined {
    const place = this.#plan.placeOf(check);
    return place === undefined ? undefined : this.outcomes[place];
  }

  emit(eventName: string, reason: string, detail?: string): void {
    this.#emitter.event(this, eventName, reason, detail);
  }
}
