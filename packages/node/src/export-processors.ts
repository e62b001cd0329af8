import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { scopeLogRecordProcessor, scopeSpanProcessor } from '@spanledger/sdk/propagation';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { LossReport } from './loss-report.ts';
import { ExportPipeline } from './pipeline.ts';
import type { ExportOptions } from './register-options.ts';
import type { SignalHealth } from './signal-counts.ts';

/** Processors for a provider that the app already has. */
export interface SpanledgerProcessors {
  /** Writes run, step, node and tenant onto spans below governed steps, batches and sends. */
  readonly spanProcessor: SpanProcessor;
  /** The same for log records. */
  readonly logRecordProcessor: LogRecordProcessor;
  /** What was sent, waits and was lost so far. */
  health(): { readonly spans: SignalHealth; readonly logRecords: SignalHealth };
}

/**
 * Makes a span processor and a log record processor for providers that the app already has, of the OpenTelemetry train of this package.
 * Decision records are log records: without the second one the ledger has outcomes only. The app ends its providers itself.
 *
 * @example
 * const { spanProcessor, logRecordProcessor } = spanledgerProcessors({ endpoint: 'http://127.0.0.1:4318' });
 * new TracerProvider({ spanProcessors: [spanProcessor], sampler: governedSampler(sampler) });
 * new LoggerProvider({ processors: [logRecordProcessor] });
 */
export function spanledgerProcessors(options: ExportOptions = {}): SpanledgerProcessors {
  const pipeline = exportPipeline(options, readEnvironment(), () => {});
  return {
    spanProcessor: scopedSpans(pipeline.spanProcessor),
    logRecordProcessor: scopedLogRecords(pipeline.logRecordProcessor),
    health: () => ({ spans: pipeline.spans.health(), logRecords: pipeline.logRecords.health() }),
  };
}

/** Makes a pipeline that tells of its losses; `onError` hears of batches that did not arrive. */
export function exportPipeline(
  options: ExportOptions,
  environment: Environment,
  onError: (error: Error) => void,
): ExportPipeline {
  const endpoint = options.endpoint ?? environment.endpoint;
  const key = options.key ?? environment.key;
  let losses: LossReport | undefined;
  const pipeline = new ExportPipeline({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(key === undefined ? {} : { key }),
    protocol: options.protocol ?? (environment.protocol === 'http/json' ? 'http/json' : 'http/protobuf'),
    queueLimit: options.queueLimit ?? 8192,
    queueByteLimit: options.queueByteLimit ?? 64 * 1024 * 1024,
    delayMs: options.delayMs ?? 1000,
    timeoutMs: options.timeoutMs ?? environment.timeoutMs ?? 5000,
    retryMs: options.retryMs ?? 60_000,
    onResult: (error) => (error === undefined ? losses?.tell() : onError(error)),
  });
  losses = new LossReport(pipeline.spans, pipeline.logRecords);
  return pipeline;
}

/** Puts the names of runs and steps onto spans before they are sent. */
export function scopedSpans(inner: SpanProcessor): SpanProcessor {
  const scope = scopeSpanProcessor();
  return {
    onStart(span, parentContext) {
      scope.onStart(span, parentContext);
      inner.onStart(span, parentContext);
    },
    onEnd(span) {
      scope.onEnd(span);
      inner.onEnd(span);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
}

/** Puts the names of runs and steps onto log records before they are sent. */
export function scopedLogRecords(inner: LogRecordProcessor): LogRecordProcessor {
  const scope = scopeLogRecordProcessor();
  return {
    onEmit(record, context) {
      scope.onEmit(record, context);
      inner.onEmit(record, context);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
}
