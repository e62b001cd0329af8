import type { Attributes, Context } from '@opentelemetry/api';
import { ATTR_STEP_ID } from '@spanledger/semconv';
import { stepScopeOf } from '../contract/step-scope.ts';
import { type FinishedSpan, spanUsage } from '../cost/span-usage.ts';
import { type UsageMeter, usageMeterOf } from '../cost/usage-meter.ts';
import { missingAttributes } from './scope-attributes.ts';

/** The part of a span that starts which the processor needs; spans of both OpenTelemetry trains fit. */
export interface StartingSpan {
  readonly attributes: Attributes;
  setAttribute(key: string, value: string | number): unknown;
}

/** The part of a log record that the processor needs. */
export interface EmittedLogRecord {
  readonly attributes: Attributes;
  setAttributes(attributes: Attributes): unknown;
}

/** A span processor of OpenTelemetry, old train or new. */
export interface ScopeSpanProcessor {
  onStart(span: StartingSpan, parentContext: Context): void;
  onEnd(span: FinishedSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A log record processor of OpenTelemetry, old train or new. */
export interface ScopeLogRecordProcessor {
  onEmit(record: EmittedLogRecord, context?: Context): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

/**
 * Makes a span processor that writes run, step, node and tenant onto every span made below a governed step, whoever makes it, and tells
 * the step what its model calls used. It exports nothing: put it before the processor that does.
 *
 * @example
 * new TracerProvider({ spanProcessors: [scopeSpanProcessor(), new BatchSpanProcessor({ exporter })] });
 */
export function scopeSpanProcessor(): ScopeSpanProcessor {
  const meters = new WeakMap<object, UsageMeter>();
  return {
    onStart(span, parentContext) {
      const scope = stepScopeOf(parentContext);
      if (scope === undefined) return;
      // A step inside a step accounts for itself.
      const meter = span.attributes[ATTR_STEP_ID] === undefined ? usageMeterOf(parentContext) : undefined;
      if (meter !== undefined) meters.set(span, meter);
      for (const [key, value] of missingAttributes(scope, span.attributes)) span.setAttribute(key, value);
    },
    onEnd(span) {
      const meter = meters.get(span);
      if (meter === undefined) return;
      const usage = spanUsage(span);
      if (usage !== undefined) meter.add(usage);
    },
    forceFlush: nothing,
    shutdown: nothing,
  };
}

/** Makes a log record processor that writes run, step, node and tenant onto every log record emitted below a governed step. */
export function scopeLogRecordProcessor(): ScopeLogRecordProcessor {
  return {
    onEmit(record, context) {
      const scope = context === undefined ? undefined : stepScopeOf(context);
      if (scope === undefined) return;
      const missing = missingAttributes(scope, record.attributes);
      if (missing.length > 0) record.setAttributes(Object.fromEntries(missing));
    },
    forceFlush: nothing,
    shutdown: nothing,
  };
}
