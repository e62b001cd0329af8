import type { DiagLogger } from '@opentelemetry/api';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** What reached the collector. */
export interface Delivery {
  /** Spans that the collector acknowledged. */
  readonly spans: number;
  /** Log records that the collector acknowledged. */
  readonly logRecords: number;
  /** What went wrong, in words. Empty when everything was delivered. */
  readonly problems: readonly string[];
}

/** Counts what exporters deliver, since OpenTelemetry's batch processors keep failures to themselves. */
export interface DeliveryWatch {
  /** Gives an exporter of the same kind that counts. */
  exporter<E extends SpanExporter | LogRecordExporter>(exporter: E, counter: 'spans' | 'logRecords'): E;
  /** Takes the SDK's own warnings (dropped spans, partial success) as problems. */
  readonly diagnostics: DiagLogger;
  /** Adds a problem. */
  note(...words: unknown[]): void;
  /** What was delivered so far. */
  delivery(): Delivery;
}

/** Starts counting. */
export function watchDelivery(): DeliveryWatch {
  const counts = { spans: 0, logRecords: 0 };
  const problems = new Set<string>();
  const note = (...words: unknown[]): void => void problems.add(words.map(String).join(' '));
  const ignore = (): void => {};
  return {
    exporter(exporter, counter) {
      const send = exporter.export.bind(exporter) as (batch: unknown[], done: ExportCallback) => void;
      exporter.export = (batch: unknown[], done: ExportCallback): void =>
        send(batch, (result) => {
          if (result.code === 0) counts[counter] += batch.length;
          else note(`${batch.length} ${counter} were not delivered: ${result.error?.message ?? 'no reason given'}`);
          done(result);
        });
      return exporter;
    },
    diagnostics: { error: (words) => note(messageIn(words)), warn: note, info: ignore, debug: ignore, verbose: ignore },
    note,
    delivery: () => ({ ...counts, problems: [...problems] }),
  };
}

/** The SDK reports errors as JSON with their stack; only the message is for readers. */
function messageIn(words: string): string {
  return /"message":"([^"]*)"/.exec(words)?.[1] ?? words;
}

type ExportCallback = Parameters<SpanExporter['export']>[1];
