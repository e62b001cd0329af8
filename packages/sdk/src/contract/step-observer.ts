import type { StepRecord } from './step-record.ts';

/** Something that happened to a step or a run. Events of a step hold its record once it is over. */
export interface RuntimeEvent {
  /** Name of the event as it is emitted, for example `spanledger.step.denied`, or `spanledger.step.ended`. */
  readonly name: string;
  readonly runId: string;
  /** Empty for events of a run. */
  readonly stepId: string;
  /** Empty for events of a run. */
  readonly nodeId: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** On `spanledger.step.ended`. */
  readonly record?: StepRecord | undefined;
  /** Reason code, where there is one. */
  readonly reason?: string | undefined;
}

/** Hears of everything that the runtime emits, in the same order, and before the caller gets the outcome. What it throws is counted. */
export interface RuntimeObserver {
  notify(event: RuntimeEvent): void;
}

/** Takes the record of each attempt of a step, beside OpenTelemetry. A write that fails is counted and never fails the step. */
export interface StepLedger {
  write(record: StepRecord): void | Promise<void>;
}
