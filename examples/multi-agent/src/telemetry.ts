import { context, diag, logs, propagation, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { Delivery } from './delivery.ts';
import { watchDelivery } from './delivery.ts';
import { stampLogs, stampSpans } from './stamp.ts';

/** Name under which the app shows up in the ledger. */
export const SERVICE_NAME = 'support-crew';

/** Running telemetry. */
export interface Telemetry {
  /**
   * Sends what is queued, ends the SDK and says what was delivered. Call it once, before the process ends: batches that
   * were not sent are lost otherwise.
   */
  stop(): Promise<Delivery>;
}

// One instance for the process: the hook patches `openai` once, when it is first required.
const openAiInstrumentation = new OpenAIInstrumentation({ captureMessageContent: true });

/**
 * Starts OpenTelemetry: traces and logs by OTLP/HTTP to `endpoint` (without `/v1/...`), and OpenAI's instrumentation with
 * message content. Start it before the OpenAI client is loaded (`openai-client.ts`).
 *
 * @example
 * const telemetry = startTelemetry('http://127.0.0.1:4318');
 * await runSupportCrew({ openAiBaseUrl });
 * const delivery = await telemetry.stop();
 */
export function startTelemetry(endpoint: string): Telemetry {
  const base = endpoint.replace(/\/+$/, '');
  const watch = watchDelivery();
  const spanExporter = watch.exporter(new OTLPTraceExporter({ url: `${base}/v1/traces` }), 'spans');
  const logExporter = watch.exporter(new OTLPLogExporter({ url: `${base}/v1/logs` }), 'logRecords');
  diag.setLogger(watch.diagnostics, { suppressOverrideMessage: true });
  const spans = new BatchSpanProcessor({ exporter: spanExporter });
  const logRecords = new BatchLogRecordProcessor({ exporter: logExporter });
  const sdk = new NodeSDK({
    serviceName: SERVICE_NAME,
    spanProcessors: [stampSpans, spans],
    logRecordProcessors: [stampLogs, logRecords],
    metricReaders: [],
    instrumentations: [openAiInstrumentation],
  });
  sdk.start();
  return {
    async stop() {
      // Flushed one by one first: the SDK's shutdown rejects at the first failure and leaves the other signal unsent.
      const flushed = await Promise.allSettled([spans.forceFlush(), logRecords.forceFlush()]);
      const ended = await Promise.allSettled([sdk.shutdown()]);
      for (const step of [...flushed, ...ended])
        if (step.status === 'rejected') watch.note(step.reason?.message ?? step.reason);
      // Frees the global slots, so that telemetry can be started again in this process.
      for (const api of [trace, logs, context, propagation, diag]) api.disable();
      return watch.delivery();
    },
  };
}
