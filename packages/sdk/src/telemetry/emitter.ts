import type { Attributes, Context, Link, Span, SpanContext, Tracer, TracerProvider } from '@opentelemetry/api';
import { diag, SpanKind, trace } from '@opentelemetry/api';
import type { RuntimeEvent, RuntimeObserver } from '../contract/step-observer.ts';
import type { RunState } from '../runtime/run-state.ts';
import type { GovernedAttributes } from './attribute-names.ts';
import { type EventLogger, type EventLoggerProvider, loggerProvider } from './logs-api.ts';

const SCOPE_NAME = '@spanledger/sdk';
const SCOPE_VERSION = '0.1.0';
const INFO = 9;
const WARN = 13;

/** What the runtime could not do, counted since it was made. None of it fails a step. */
export interface RuntimeStats {
  /** Steps that ended, in all their attempts. */
  readonly steps: number;
  /** Outcome spans that the app's sampler did not let record. */
  readonly unrecordedSpans: number;
  /** Records that could not be emitted: OpenTelemetry threw, or no logs are set up. */
  readonly lostRecords: number;
  /** Times that the observer threw. */
  readonly observerErrors: number;
  /** Times that the ledger's `write` failed. */
  readonly ledgerErrors: number;
}

/** What an emitter stands on. */
export interface EmitterOptions {
  readonly tracerProvider?: TracerProvider | undefined;
  readonly loggerProvider?: EventLoggerProvider | undefined;
  readonly observer?: RuntimeObserver | undefined;
}

/**
 * Writes records into the app's own OpenTelemetry. Telemetry that fails never fails a step: it is counted, and told to OpenTelemetry's
 * diagnostics the first time. A number of the chain is taken for each record, whether it arrives or not: a lost one shows as a gap.
 */
export class Emitter {
  readonly stats: { -readonly [Name in keyof RuntimeStats]: RuntimeStats[Name] } = {
    steps: 0,
    unrecordedSpans: 0,
    lostRecords: 0,
    observerErrors: 0,
    ledgerErrors: 0,
  };
  readonly #tracer: Tracer;
  readonly #observer: RuntimeObserver | undefined;
  readonly #told = new Set<string>();
  readonly #givenLoggers: EventLoggerProvider | undefined;
  #logger: EventLogger | undefined;

  constructor(options: EmitterOptions) {
    this.#tracer = (options.tracerProvider ?? trace).getTracer(SCOPE_NAME, SCOPE_VERSION);
    this.#givenLoggers = options.loggerProvider;
    this.#observer = options.observer;
  }

  /** Whether anyone listens to events besides OpenTelemetry. */
  get isObserved(): boolean {
    return this.#observer !== undefined;
  }

  /** Starts the span of an attempt, or of a run. A failing tracer gives a span that records nothing. */
  startSpan(name: string, attributes: GovernedAttributes, links: Link[] | undefined, parent: Context): Span {
    try {
      const options = { kind: SpanKind.INTERNAL, attributes: attributes as Attributes };
      return this.#tracer.startSpan(name, links === undefined ? options : { ...options, links }, parent);
    } catch (error) {
      this.lost('spans', error);
      return trace.wrapSpanContext(NO_SPAN);
    }
  }

  /** Emits a log record with an event name. Attributes must hold the run's names; the number is added here. The number also makes each record unlike all others. */
  emit(eventName: string, attributes: GovernedAttributes, run: RunState, isWarning: boolean, parent: Context): void {
    attributes['spanledger.chain.producer'] = run.producer;
    attributes['spanledger.chain.seq'] = run.nextSequence();
    try {
      this.#logger ??= (this.#givenLoggers ?? loggerProvider())?.getLogger(SCOPE_NAME, SCOPE_VERSION);
      if (this.#logger === undefined) {
        this.lost('log records', new Error('no logger provider is registered'));
        return;
      }
      this.#logger.emit({
        eventName,
        timestamp: Date.now(),
        severityNumber: isWarning ? WARN : INFO,
        severityText: isWarning ? 'WARN' : 'INFO',
        attributes: attributes as Attributes,
        context: parent,
      });
    } catch (error) {
      this.lost('log records', error);
    }
  }

  /** Ends a span with its attributes. Returns whether it was recorded. */
  endSpan(span: Span, attributes: GovernedAttributes): boolean {
    try {
      const isRecorded = span.isRecording();
      if (isRecorded) span.setAttributes(attributes as Attributes);
      span.end();
      return isRecorded;
    } catch (error) {
      this.lost('spans', error);
      return false;
    }
  }

  /** Tells the observer. */
  notify(event: RuntimeEvent): void {
    try {
      this.#observer?.notify(event);
    } catch (error) {
      this.stats.observerErrors += 1;
      this.tell('observer', `an observer threw at ${event.name}`, error);
    }
  }

  /** Counts a record that did not get out. */
  lost(what: string, error: unknown): void {
    this.stats.lostRecords += 1;
    this.tell(what, `${what} of governed steps can not be emitted`, error);
  }

  /** Says something of which there may be many once, to OpenTelemetry's diagnostics. */
  tell(topic: string, message: string, error?: unknown): void {
    if (this.#told.has(topic)) return;
    this.#told.add(topic);
    diag.warn(`@spanledger/sdk: ${message}; further ones are only counted`, error);
  }
}

const NO_SPAN: SpanContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
