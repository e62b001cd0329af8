import type { ExportResult } from '@opentelemetry/core';
import { ExportResultCode } from '@opentelemetry/core';
import type { QueuedRecord, SignalCounts } from './signal-counts.ts';

/** The part of an exporter of OpenTelemetry that is wrapped. */
interface BatchExporter<Record> {
  export(batch: Record[], done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/**
 * Tries a batch again while the collector is away, longer than OpenTelemetry's exporter does by itself (10 s), and counts what became of
 * it. What the collector refuses for good is not sent again.
 */
export class Redelivery<Record extends QueuedRecord> implements BatchExporter<Record> {
  readonly #inner: BatchExporter<Record>;
  readonly #counts: SignalCounts;
  readonly #retryMs: number;
  readonly #onResult: (error: Error | undefined) => void;
  readonly #waits = new Set<() => void>();
  #isClosing = false;

  constructor(
    inner: BatchExporter<Record>,
    counts: SignalCounts,
    retryMs: number,
    onResult: (error: Error | undefined) => void,
  ) {
    this.#inner = inner;
    this.#counts = counts;
    this.#retryMs = retryMs;
    this.#onResult = onResult;
  }

  export(batch: Record[], done: (result: ExportResult) => void): void {
    this.#counts.handOver(batch);
    void this.#deliver(batch).then((result) => {
      this.#counts.settle(batch.length, result.code === ExportResultCode.SUCCESS);
      done(result);
      this.#onResult(result.error);
    });
  }

  /** Ends all waiting: what waits to be tried again is tried now. */
  hurry(): void {
    for (const wake of this.#waits) wake();
  }

  forceFlush(): Promise<void> {
    this.hurry();
    return this.#inner.forceFlush?.() ?? Promise.resolve();
  }

  /** From now on each batch is tried once more at most. */
  close(): void {
    this.#isClosing = true;
    this.hurry();
  }

  shutdown(): Promise<void> {
    this.close();
    return this.#inner.shutdown();
  }

  async #deliver(batch: Record[]): Promise<ExportResult> {
    const deadline = Date.now() + this.#retryMs;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const isLast = this.#isClosing || Date.now() + wait > deadline;
      const result = await this.#send(batch);
      if (result.code === ExportResultCode.SUCCESS) return result;
      if (isLast || !isTemporary(result.error)) {
        return { code: ExportResultCode.FAILED, error: result.error ?? new Error('the exporter gave no reason') };
      }
      this.#onResult(result.error);
      await this.#wait(wait);
    }
  }

  #send(batch: Record[]): Promise<ExportResult> {
    return new Promise((resolve) => {
      try {
        this.#inner.export(batch, resolve);
      } catch (thrown) {
        // A record that can't be encoded: sending it again would not help.
        const error = Object.assign(new Error('the batch can not be encoded', { cause: thrown }), { code: 400 });
        resolve({ code: ExportResultCode.FAILED, error });
      }
    });
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waits.delete(wake);
        resolve();
      };
      // The wait alone must not keep the process alive: its end sends what waits.
      const timer = setTimeout(wake, milliseconds);
      timer.unref();
      this.#waits.add(wake);
    });
  }
}

/** Whether another attempt may succeed: no answer at all, too many requests, or a fault of the server. */
function isTemporary(error: Error | undefined): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code !== 'number' || code === 429 || code >= 500;
}
