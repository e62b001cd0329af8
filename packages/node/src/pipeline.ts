import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { Redelivery } from './redelivery.ts';
import type { ExportOptions } from './register-options.ts';
import { SignalCounts } from './signal-counts.ts';

const BATCH = 512;
const SAMPLED = 1;

/** Options of {@link ExportPipeline}, all known. */
export type PipelineOptions = Required<Omit<ExportOptions, 'endpoint' | 'key'>> &
  Pick<ExportOptions, 'endpoint' | 'key'> & { readonly onResult: (error: Error | undefined) => void };

/** Batches spans and log records and sends them to the collector: bounded, counted, tried again. */
export class ExportPipeline {
  readonly spans: SignalCounts;
  readonly logRecords: SignalCounts;
  /** Last in the list of span processors. */
  readonly spanProcessor: SpanProcessor;
  /** Last in the list of log record processors. */
  readonly logRecordProcessor: LogRecordProcessor;
  readonly #agents = new Set<HttpAgent>();
  readonly #spanDelivery: Redelivery<ReadableSpan>;
  readonly #logDelivery: Redelivery<ReadableLogRecord>;

  constructor(options: PipelineOptions) {
    const { queueLimit, queueByteLimit, retryMs, onResult } = options;
    this.spans = new SignalCounts(queueLimit, queueByteLimit);
    this.logRecords = new SignalCounts(queueLimit, queueByteLimit);
    const isJson = options.protocol === 'http/json';
    const [TraceExporter, LogExporter] = isJson
      ? [JsonTraceExporter, JsonLogExporter]
      : [ProtobufTraceExporter, ProtobufLogExporter];
    this.#spanDelivery = new Redelivery(
      new TraceExporter(this.#exporterOptions(options, 'traces')),
      this.spans,
      retryMs,
      onResult,
    );
    this.#logDelivery = new Redelivery(
      new LogExporter(this.#exporterOptions(options, 'logs')),
      this.logRecords,
      retryMs,
      onResult,
    );
    const batching = {
      maxQueueSize: Math.max(queueLimit, BATCH),
      maxExportBatchSize: Math.min(BATCH, queueLimit),
      scheduledDelayMillis: options.delayMs,
      // Longer than a batch is tried: else the processor sends the next one beside it.
      exportTimeoutMillis: retryMs + 60_000,
    };
    this.spanProcessor = boundedSpans(
      new BatchSpanProcessor({ exporter: this.#spanDelivery, ...batching }),
      this.spans,
    );
    this.logRecordProcessor = boundedLogRecords(
      new BatchLogRecordProcessor({
        exporter: this.#logDelivery as ConstructorParameters<typeof BatchLogRecordProcessor>[0]['exporter'],
        ...batching,
      }),
      this.logRecords,
    );
  }

  /** Number of records that may still arrive. */
  get pending(): number {
    return this.spans.pending + this.logRecords.pending;
  }

  /** Sends what waits now, and waits for it, at most so long. */
  async flush(timeoutMs: number): Promise<void> {
    this.#spanDelivery.hurry();
    this.#logDelivery.hurry();
    const flushed = Promise.allSettled([this.spanProcessor.forceFlush(), this.logRecordProcessor.forceFlush()]);
    await within(timeoutMs, flushed);
  }

  /** Sends what waits for the last time, and lets go of what has not arrived by then. */
  async close(timeoutMs: number): Promise<void> {
    this.#spanDelivery.close();
    this.#logDelivery.close();
    await this.flush(timeoutMs);
    for (const agent of this.#agents) agent.destroy();
  }

  #exporterOptions({ endpoint, key, timeoutMs }: PipelineOptions, signal: 'traces' | 'logs'): object {
    return {
      timeoutMillis: timeoutMs,
      ...(endpoint === undefined ? {} : { url: `${endpoint.replace(/\/+$/, '')}/v1/${signal}` }),
      ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
      httpAgentOptions: (protocol: string) => {
        const agent = protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
        this.#agents.add(agent);
        return agent;
      },
    };
  }
}

function boundedSpans(inner: BatchSpanProcessor, counts: SignalCounts): SpanProcessor {
  return {
    onStart() {},
    onEnd(span) {
      if ((span.spanContext().traceFlags & SAMPLED) !== 0 && counts.admit(span)) inner.onEnd(span);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
}

function boundedLogRecords(inner: BatchLogRecordProcessor, counts: SignalCounts): LogRecordProcessor {
  return {
    onEmit(record) {
      if (counts.admit(record)) inner.onEmit(record);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
}

/** Waits for a promise, but not longer. */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
