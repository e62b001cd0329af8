import type { Attributes, Context } from '@opentelemetry/api';
import * as api from '@opentelemetry/api';

/** The part of a log record that the SDK fills. */
export interface EventRecord {
  readonly eventName: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly attributes: Attributes;
  readonly context?: Context;
}

/** The part of an OpenTelemetry logger that the SDK needs. */
export interface EventLogger {
  emit(record: EventRecord): void;
}

/** The part of an OpenTelemetry logger provider that the SDK needs. */
export interface EventLoggerProvider {
  getLogger(name: string, version?: string): EventLogger;
}

/** Where `@opentelemetry/api-logs` keeps its provider, and the version under which it gives it out. */
const GLOBAL_LOGS = Symbol.for('io.opentelemetry.js.api.logs');
const GLOBAL_LOGS_VERSION = 1;

/**
 * Gives the app's logger provider. Since 1.10 the logs API is part of `@opentelemetry/api`; before, `@opentelemetry/api-logs` keeps
 * it in a place of its own, which is read here so that neither is needed. `undefined` when the app has set up no logs.
 */
export function loggerProvider(): EventLoggerProvider | undefined {
  const { logs } = api as { logs?: EventLoggerProvider };
  if (logs !== undefined) return logs;
  const global = (globalThis as Record<symbol, unknown>)[GLOBAL_LOGS];
  return typeof global === 'function' ? (global(GLOBAL_LOGS_VERSION) as EventLoggerProvider) : undefined;
}
