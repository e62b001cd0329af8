import { randomUUID } from 'node:crypto';
import { context } from '@opentelemetry/api';
import { EVENT_RUN_ENDED, EVENT_RUN_RESUMED, type StepStatus } from '@spanledger/semconv';
import type { ApprovalDecision } from '../contract/approval.ts';
import type { StepNode } from '../contract/node.ts';
import type { NodeInput } from '../contract/node-input.ts';
import type { RuntimeOutcome } from '../contract/runtime-outcome.ts';
import { stepScopeOf } from '../contract/step-scope.ts';
import { ConfigurationError, SdkError } from '../errors.ts';
import { Emitter, type RuntimeStats } from '../telemetry/emitter.ts';
import { CheckPlan } from './check-plan.ts';
import { configuredChecks } from './configured-checks.ts';
import { keyedDigest } from './digest.ts';
import { StepOutcome } from './outcome.ts';
import { type PausedStep, PausedSteps } from './paused-steps.ts';
import { RunRegistry } from './run-registry.ts';
import { RunScope, type RunStart } from './run-scope.ts';
import type { RunState } from './run-state.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import type { StepNames } from './step-attempt.ts';
import { StepEmitter } from './step-emitter.ts';
import { StepMachine } from './step-machine.ts';
import { StepSeal } from './step-seal.ts';
import { type ResumeInput, resumedInput, resumedNames, type SuspendedStep, writeSuspended } from './suspended-step.ts';

/**
 * Runs nodes as governed steps: the checks before, the node, the checks after, and one record of it whatever happens. Make one for an
 * app; it may run any number of steps at the same time.
 *
 * @example
 * const runtime = new StepRuntime({ policy: { id: 'support', version: '1', rules: [] }, tenant: 'acme' });
 * const outcome = await runtime.run({ task: 'Hello', node: { id: 'echo', run: ({ task }) => `echo:${task}` } });
 * console.log(outcome.ok, outcome.output.content, outcome.blockedBy);
 */
export class StepRuntime {
  readonly #node: StepNode | undefined;
  readonly #tenant: string | undefined;
  readonly #plan: CheckPlan;
  readonly #telemetry: Emitter;
  readonly #emitter: StepEmitter;
  readonly #machine: StepMachine;
  readonly #runs: RunRegistry;
  readonly #paused: PausedSteps;
  readonly #seal: StepSeal;

  /** @throws {ConfigurationError} when an option can not be meant; the message holds its path */
  constructor(options: RuntimeOptions) {
    const { captureContent = false, maxRuns = 10_000, maxPausedSteps = 10_000 } = options;
    const capture =
      typeof captureContent === 'boolean' ? { input: captureContent, output: captureContent } : captureContent;
    this.#node = options.node;
    this.#tenant = typeof options.tenant === 'string' ? options.tenant : options.tenant?.id;
    this.#plan = new CheckPlan(configuredChecks(options), options.checks);
    this.#telemetry = new Emitter(options);
    this.#emitter = new StepEmitter(
      this.#telemetry,
      this.#plan,
      keyedDigest(options.digestKey),
      { input: capture.input ?? false, output: capture.output ?? false },
      options.ledger,
    );
    this.#paused = new PausedSteps(maxPausedSteps);
    this.#machine = new StepMachine(options, this.#plan, this.#emitter, this.#telemetry, this.#paused);
    this.#runs = new RunRegistry(maxRuns);
    this.#seal = new StepSeal(options.digestKey);
  }

  /** What could not be recorded so far. */
  get stats(): RuntimeStats {
    return { ...this.#telemetry.stats };
  }

  /**
   * Runs a node as a governed step. What the node throws, a timeout, an abort and an error in a check all come back in the outcome.
   * @throws {ConfigurationError} NODE_INPUT when there is no task or no node
   */
  async run(input: NodeInput): Promise<RuntimeOutcome> {
    const names = this.#namesOf(input);
    names.run.openSteps += 1;
    try {
      const running = this.#machine.run(names, 1, undefined);
      return new StepOutcome(running instanceof Promise ? await running : running, this.#plan);
    } finally {
      names.run.openSteps -= 1;
    }
  }

  /**
   * Goes on with a paused step as a human decided: a further attempt of it, or a rejection, which also stops what follows in its run.
   * @param ticket `humanContext.ticket` of the outcome
   * @throws {SdkError} UNKNOWN_TICKET when no step of this process waits under it
   */
  async resume(ticket: string, decision: ApprovalDecision): Promise<RuntimeOutcome> {
    const paused = this.#paused.take(ticket);
    if (paused === undefined) throw unknownTicket(ticket);
    return this.#goOn(paused, decision);
  }

  /**
   * Takes a paused step out of this process, as a text that any process with the same `digestKey` can go on with, this one too, also after a
   * restart. It holds the input, closed with the key, and neither node nor credential. Keep it, and delete it before it is used: who uses it
   * twice runs the step twice.
   * @param ticket `humanContext.ticket` of the outcome
   * @throws {SdkError} UNKNOWN_TICKET; SUSPENDED_STEP when the input holds what JSON can not
   * @throws {ConfigurationError} SUSPEND_KEY when the runtime has no `digestKey`
   */
  suspend(ticket: string): string {
    const paused = this.#paused.find(ticket);
    if (paused === undefined) throw unknownTicket(ticket);
    const sealed = this.#seal.close(writeSuspended(paused, this.#plan.names[paused.check] ?? ''));
    this.#paused.suspend(ticket);
    return sealed;
  }

  /**
   * Goes on with a suspended step as a human decided, as `resume` does. All checks are asked again; only what the one that escalated asks
   * for is granted.
   * @param given the step's node, and a credential where one is asked for
   * @throws {SdkError} SUSPENDED_STEP when it was changed, closed with another key, or does not fit this runtime
   */
  async resumeSuspended(
    suspended: string,
    decision: ApprovalDecision,
    given: ResumeInput = {},
  ): Promise<RuntimeOutcome> {
    const step = JSON.parse(this.#seal.open(suspended)) as SuspendedStep;
    const node = given.node ?? this.#node;
    const input = resumedInput(step, given, node);
    const check = this.#plan.placeOf(step.check);
    if (check === undefined)
      throw new SdkError('SUSPENDED_STEP', `this runtime has no check \`${step.check}\`, which asked for a human`);
    const run = this.#runs.get(step.run);
    run.restore(step.state);
    if (run.suspended.delete(step.stepId)) run.pausedSteps -= 1;
    return this.#goOn({ names: resumedNames(step, run, input), attempt: step.attempt, check }, decision);
  }

  async #goOn({ names, attempt, check }: PausedStep, decision: ApprovalDecision): Promise<RuntimeOutcome> {
    names.run.openSteps += 1;
    this.#emitter.run(EVENT_RUN_RESUMED, names.run, this.#tenant);
    try {
      const step = await this.#machine.run(names, attempt + 1, { check, decision });
      this.#endAfter(names.run, step.status);
      return new StepOutcome(step, this.#plan);
    } finally {
      names.run.openSteps -= 1;
    }
  }

  /**
   * Runs `body` as one run: between the events of its start and end, and below the span `invoke_workflow`. Steps that are run in it belong to
   * the run, in this process and, by baggage, in others.
   * @throws what `body` throws; the run is recorded as failed then
   */
  withRun<T>(start: RunStart, body: (run: RunScope) => T | Promise<T>): Promise<T> {
    const parent = stepScopeOf(context.active());
    const state = this.#runs.get({
      id: start.runId ?? randomUUID(),
      parentId: start.parentRunId ?? parent?.runId,
      workflow: start.workflow,
      conversationId: start.conversationId,
    });
    return new RunScope(state, this.#tenant, this.#telemetry, this.#emitter).run(body);
  }

  /** Takes the taint off a node of a run: what it passes on from now on is trusted again. */
  clearTaint(runId: string, nodeId: string): void {
    this.#runs.find(runId)?.clearTaint(nodeId);
  }

  /** Ends a run whose body was over before this step, its last that waited. */
  #endAfter(run: RunState, status: StepStatus): void {
    if (run.endsAs === undefined || run.pausedSteps > 0) return;
    const ended = status === 'completed' ? run.endsAs : 'failed';
    run.endsAs = undefined;
    this.#emitter.run(EVENT_RUN_ENDED, run, this.#tenant, ended);
  }

  #namesOf(input: NodeInput): StepNames {
    const node = input.node ?? this.#node;
    if (typeof input.task !== 'string') throw new ConfigurationError('NODE_INPUT', 'task', 'it is no text');
    if (node === undefined)
      throw new ConfigurationError('NODE_INPUT', 'node', 'neither the input nor the runtime has one');
    const run = this.#runOf(input);
    return { run, stepId: this.#runs.nextStepId(), index: run.nextIndex(), visit: run.nextVisit(node.id), node, input };
  }

  #runOf(input: NodeInput): RunState {
    const scope = stepScopeOf(context.active());
    const id = input.runId ?? scope?.runId;
    if (id === undefined) return this.#runs.single({ id: randomUUID() });
    return this.#runs.get({ id, workflow: scope?.workflow, conversationId: scope?.conversationId });
  }
}

function unknownTicket(ticket: string): SdkError {
  const message = `no step of this process is paused under \`${ticket}\`; it may have been resumed or suspended already`;
  return new SdkError('UNKNOWN_TICKET', message);
}
