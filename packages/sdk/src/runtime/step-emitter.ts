import type { Link, Span } from '@opentelemetry/api';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RunStatus } from '@spanledger/semconv';
import { EVENT_RUN_ENDED, EVENT_STEP_DECIDED, EVENT_STEP_OVERRIDDEN, EVENT_STEP_REDACTED } from '@spanledger/semconv';
import type { ApprovalDecision } from '../contract/approval.ts';
import type { StepLedger } from '../contract/step-observer.ts';
import { stepScopeOf, withStepScope } from '../contract/step-scope.ts';
import { UsageMeter, withUsageMeter } from '../cost/usage-meter.ts';
import type { Emitter } from '../telemetry/emitter.ts';
import { writeText } from '../text/json-text.ts';
import type { CheckPlan } from './check-plan.ts';
import type { Digest } from './digest.ts';
import type { RunState } from './run-state.ts';
import { StepAttempt, type StepNames } from './step-attempt.ts';
import {
  decisionAttributes,
  eventAttributes,
  outcomeAttributes,
  runAttributes,
  startAttributes,
} from './step-attributes.ts';
import { recordOf } from './step-record.ts';

/** Name of the event that observers hear when a step is over; the span is its record in OpenTelemetry. */
export const STEP_ENDED = 'spanledger.step.ended';

const LONGEST = 10_000_000;

/** What of a step's content is recorded besides its digest. */
export interface Capture {
  readonly input: boolean;
  readonly output: boolean;
}

/** Says of a step what there is to say, in the order in which it happens. */
export class StepEmitter {
  readonly #emitter: Emitter;
  readonly #plan: CheckPlan;
  readonly #digest: Digest;
  readonly #capture: Capture;
  readonly #ledger: StepLedger | undefined;

  constructor(emitter: Emitter, plan: CheckPlan, digest: Digest, capture: Capture, ledger: StepLedger | undefined) {
    this.#emitter = emitter;
    this.#plan = plan;
    this.#digest = digest;
    this.#capture = capture;
    this.#ledger = ledger;
  }

  /** Begins an attempt: its span, and the context in which all below it runs. */
  begin(names: StepNames, attempt: number): StepAttempt {
    const { run, node, input } = names;
    const outside = context.active();
    const caller = stepScopeOf(outside);
    const span = this.#emitter.startSpan(
      `execute_step ${node.id}`,
      startAttributes(names, attempt),
      input.from === undefined ? undefined : linksOf(run, input.from),
      outside,
    );
    const scope = {
      runId: run.id,
      stepId: names.stepId,
      attempt,
      nodeId: node.id,
      tenantId: undefined as string | undefined,
      workflow: run.workflow,
      conversationId: input.conversationId ?? run.conversationId,
    };
    const calls = new UsageMeter();
    const inside = trace.setSpan(withUsageMeter(withStepScope(outside, scope), calls), span);
    return new StepAttempt(names, attempt, span, inside, scope, caller?.tenantId, calls, this.#plan, this);
  }

  /** Emits the decision record. */
  decide(step: StepAttempt): void {
    step.inputDigest = this.#digest(recordedInput(step));
    const attributes = decisionAttributes(step, this.#plan);
    if (this.#capture.input) attributes['spanledger.input'] = recordedInput(step);
    this.#emitter.emit(EVENT_STEP_DECIDED, attributes, step.run, false, step.context);
    this.#notify(step, EVENT_STEP_DECIDED, step.verdict);
    if (step.redacted) this.event(step, EVENT_STEP_REDACTED, 'sensitive_data');
  }

  /** Emits an event of a step. */
  event(step: StepAttempt, eventName: string, reason: string, detail?: string): void {
    const attributes = eventAttributes(step, reason, detail);
    if (step.blockAt !== -1) {
      attributes['spanledger.block.check'] = this.#plan.names[step.blockAt];
      attributes['spanledger.block.rule'] = step.blockRule;
    }
    this.#emitter.emit(eventName, attributes, step.run, true, step.context);
    this.#notify(step, eventName, reason);
  }

  /** Emits that a human decided. */
  overridden(step: StepAttempt, decision: ApprovalDecision): void {
    const attributes = eventAttributes(step, decision.approved ? 'approved' : 'rejected', undefined);
    attributes['spanledger.approval.approved'] = decision.approved;
    attributes['spanledger.approval.by'] = decision.by;
    attributes['spanledger.approval.reason'] = decision.reason;
    attributes['spanledger.approval.time_ms'] = decision.timeMs ?? Date.now();
    this.#emitter.emit(EVENT_STEP_OVERRIDDEN, attributes, step.run, true, step.context);
    this.#notify(step, EVENT_STEP_OVERRIDDEN, decision.approved ? 'approved' : 'rejected');
  }

  /** Ends the attempt: its span with all that is recorded, then its record for ledger and observer. */
  end(step: StepAttempt): void | Promise<void> {
    const { span, output } = step;
    if (output !== undefined) step.outputDigest = this.#digest(step.recordedOutput ?? output.content);
    const isRecorded = span.isRecording();
    if (isRecorded) step.sequence = step.run.nextSequence();
    const attributes = outcomeAttributes(step, this.#plan);
    if (this.#capture.input) attributes['spanledger.input'] = recordedInput(step);
    if (this.#capture.output) attributes['spanledger.output'] = step.recordedOutput ?? output?.content;
    if (step.status === 'failed') describeFailure(span, step);
    this.#emitter.endSpan(span, attributes);
    this.#emitter.stats.steps += 1;
    if (!isRecorded) {
      this.#emitter.stats.unrecordedSpans += 1;
      this.#emitter.tell('sampler', `the sampler dropped the span of governed step ${step.stepId}`);
    }
    this.#notify(step, STEP_ENDED, step.status);
    if (this.#ledger !== undefined) return this.#write(step, this.#ledger);
  }

  /** Emits an event of a run. */
  run(eventName: string, run: RunState, tenant: string | undefined, status?: RunStatus): void {
    const attributes = runAttributes(run, tenant);
    if (eventName === EVENT_RUN_ENDED) attributes['spanledger.run.status'] = status;
    this.#emitter.emit(eventName, attributes, run, false, context.active());
    this.#emitter.notify({
      name: eventName,
      runId: run.id,
      stepId: '',
      nodeId: '',
      timeMs: Date.now(),
      reason: status,
    });
  }

  #notify(step: StepAttempt, name: string, reason: string): void {
    if (!this.#emitter.isObserved) return;
    this.#emitter.notify({
      name,
      runId: step.run.id,
      stepId: step.stepId,
      nodeId: step.node.id,
      timeMs: Date.now(),
      reason,
      record: name === STEP_ENDED ? recordOf(step, this.#plan) : undefined,
    });
  }

  async #write(step: StepAttempt, ledger: StepLedger): Promise<void> {
    try {
      await ledger.write(recordOf(step, this.#plan));
    } catch (error) {
      this.#emitter.stats.ledgerErrors += 1;
      this.#emitter.tell('ledger', `the ledger did not take the record of step ${step.stepId}`, error);
    }
  }
}

/** The input as it is recorded: the task, or for a step without one the tool's arguments. */
function recordedInput({ recordedTask, task, toolArguments }: StepAttempt): string {
  if (recordedTask !== undefined) return recordedTask;
  if (task !== '' || toolArguments === undefined) return task;
  const written = writeText(toolArguments, LONGEST);
  return 'text' in written ? written.text : written.fault;
}

function linksOf(run: RunState, from: readonly string[]): Link[] | undefined {
  const links: Link[] = [];
  for (const nodeId of from) {
    const span = run.spanOf(nodeId);
    if (span !== undefined) links.push({ context: span });
  }
  return links.length === 0 ? undefined : links;
}

function describeFailure(span: Span, step: StepAttempt): void {
  const error = step.recordedError;
  span.setStatus({ code: SpanStatusCode.ERROR, message: error?.message ?? step.failure ?? 'failed' });
  if (error !== undefined) span.recordException(error);
}
