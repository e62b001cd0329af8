import { logs, SeverityNumber } from '@opentelemetry/api';
import {
  ATTR_TELEMETRY_DROPPED_LOG_RECORDS,
  ATTR_TELEMETRY_DROPPED_SPANS,
  EVENT_TELEMETRY_DROPPED,
} from '@spanledger/semconv';
import type { SignalCounts } from './signal-counts.ts';

/**
 * Tells the ledger of losses once something arrives again: an event with the number of spans and log records dropped since the last one.
 * The governed ones among them show as gaps in their chains too.
 */
export class LossReport {
  readonly #spans: SignalCounts;
  readonly #logRecords: SignalCounts;
  #toldSpans = 0;
  #toldLogRecords = 0;

  constructor(spans: SignalCounts, logRecords: SignalCounts) {
    this.#spans = spans;
    this.#logRecords = logRecords;
  }

  /** Call it when a batch has arrived. */
  tell(): void {
    const spans = this.#spans.dropped - this.#toldSpans;
    const logRecords = this.#logRecords.dropped - this.#toldLogRecords;
    if (spans === 0 && logRecords === 0) return;
    this.#toldSpans += spans;
    this.#toldLogRecords += logRecords;
    logs.getLogger('@spanledger/node').emit({
      eventName: EVENT_TELEMETRY_DROPPED,
      severityNumber: SeverityNumber.WARN,
      severityText: 'WARN',
      attributes: { [ATTR_TELEMETRY_DROPPED_SPANS]: spans, [ATTR_TELEMETRY_DROPPED_LOG_RECORDS]: logRecords },
    });
  }
}
