import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { EVENT_RUN_ENDED, EVENT_RUN_STARTED, type RunStatus } from '@spanledger/semconv';
import { withStepScope } from '../contract/step-scope.ts';
import { ensureError } from '../errors.ts';
import type { Emitter } from '../telemetry/emitter.ts';
import type { RunState } from './run-state.ts';
import { runAttributes } from './step-attributes.ts';
import type { StepEmitter } from './step-emitter.ts';

/** What names a run that begins. */
export interface RunStart {
  /** Name of the workflow. */
  readonly workflow: string;
  /** Default a new UUID. */
  readonly runId?: string;
  /** Default: the run in whose scope this one begins. */
  readonly parentRunId?: string;
  readonly conversationId?: string;
}

/** A run that is going on. */
export class RunScope {
  readonly #state: RunState;
  readonly #tenant: string | undefined;
  readonly #telemetry: Emitter;
  readonly #emitter: StepEmitter;

  constructor(state: RunState, tenant: string | undefined, telemetry: Emitter, emitter: StepEmitter) {
    this.#state = state;
    this.#tenant = tenant;
    this.#telemetry = telemetry;
    this.#emitter = emitter;
  }

  /** Identifier of the run. */
  get id(): string {
    return this.#state.id;
  }

  /** Why nothing more of the run is executed: the ticket that a human rejected; `undefined` while it goes on. */
  get stoppedBy(): string | undefined {
    return this.#state.stoppedBy;
  }

  /** Runs the body in the run's scope. */
  run<T>(body: (run: RunScope) => T | Promise<T>): Promise<T> {
    const { workflow, conversationId } = this.#state;
    const attributes = runAttributes(this.#state, this.#tenant);
    attributes['gen_ai.operation.name'] = 'invoke_workflow';
    const span = this.#telemetry.startSpan(`invoke_workflow ${workflow}`, attributes, undefined, context.active());
    const scope = { runId: this.#state.id, tenantId: this.#tenant, workflow, conversationId };
    return context.with(withStepScope(trace.setSpan(context.active(), span), scope), () => this.#live(span, body));
  }

  async #live<T>(span: Span, body: (run: RunScope) => T | Promise<T>): Promise<T> {
    this.#emitter.run(EVENT_RUN_STARTED, this.#state, this.#tenant);
    let status: RunStatus = 'completed';
    try {
      return await body(this);
    } catch (thrown) {
      const error = ensureError(thrown);
      status = error.name === 'AbortError' ? 'cancelled' : 'failed';
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw thrown;
    } finally {
      if (this.#state.stoppedBy !== undefined && status === 'completed') status = 'failed';
      // A run with a paused step is not over: it waits, and says so.
      if (this.#state.pausedSteps > 0) this.#state.endsAs = status;
      else this.#emitter.run(EVENT_RUN_ENDED, this.#state, this.#tenant, status);
      this.#telemetry.endSpan(span, {});
    }
  }
}
