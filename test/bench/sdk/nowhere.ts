import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** OpenTelemetry as an app sets it up. */
export interface Providers {
  readonly tracerProvider: TracerProvider;
  readonly loggerProvider: LoggerProvider;
}

const done = (): Promise<void> => Promise.resolve();

/** Providers whose records go nowhere: what is measured is making them. */
export function nowhere(): Providers {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const nothing = { onStart() {}, onEnd() {}, onEmit() {}, forceFlush: done, shutdown: done };
  return {
    tracerProvider: new TracerProvider({ spanProcessors: [nothing] }),
    loggerProvider: new LoggerProvider({ processors: [nothing] }),
  };
}

/** Providers that batch and send by OTLP/HTTP, with queues that hold what a short burst brings. */
export function sending(url: string): Providers {
  const batch = { maxQueueSize: 100_000, maxExportBatchSize: 512, scheduledDelayMillis: 200 };
  const spans = new BatchSpanProcessor({ ...batch, exporter: new OTLPTraceExporter({ url: `${url}/v1/traces` }) });
  const logs = new BatchLogRecordProcessor({ ...batch, exporter: new OTLPLogExporter({ url: `${url}/v1/logs` }) });
  return {
    tracerProvider: new TracerProvider({ spanProcessors: [spans] }),
    loggerProvider: new LoggerProvider({ processors: [logs] }),
  };
}

/** Providers that do nothing at all: what is left is the SDK of this project. */
export const SILENT = {
  tracerProvider: {
    getTracer: () => ({
      startSpan: () => ({
        spanContext: () => ({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }),
        isRecording: () => true,
        setAttributes() {},
        end() {},
      }),
    }),
  },
  loggerProvider: { getLogger: () => ({ emit() {} }) },
};
