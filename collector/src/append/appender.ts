import type { Engine } from '../engine/engine-contract.ts';
import { EngineError, ensureError, InputError } from '../errors.ts';
import type { ContentDigest } from '../otlp/content-digest.ts';
import type { CursorClock } from '../otlp/cursor-clock.ts';
import type { RowBuffer } from '../otlp/row-buffer.ts';
import { TooLargeError, type Transcoded } from '../otlp/transcode.ts';
import { type Encoding, type Signal, Transcoder } from '../otlp/transcoder.ts';
import { AppendError, DiskFullError } from './append-error.ts';
import type { AppendOutcome } from './append-outcome.ts';
import { Batch } from './batch.ts';
import type { FreeSpace } from './free-space.ts';
import { CONTENT_QUERY, INSERT_SETTINGS, LEDGER_QUERY, REJECTS_QUERY } from './insert-queries.ts';
import type { RecordedSink } from './recorded.ts';
import { Slabs } from './slabs.ts';
import { type CursorRange, Watermark } from './watermark.ts';

/** What the appender tells those who count. */
export interface AppendObserver {
  /** An insert of so many records ended after so many milliseconds, well or not. */
  inserted(records: number, milliseconds: number, durable: boolean): void;
  /** A request was answered with success. */
  acknowledged(signal: Signal, accepted: number, rejected: number): void;
}

/** Bounds of the group commit. */
export interface AppendOptions {
  /** Bytes of rows at which a batch is inserted at once. Default 16 MiB. */
  readonly batchBytes?: number;
  /** How long a batch waits for company, milliseconds. Default 2. */
  readonly lingerMs?: number;
  /** Inserts that run side by side. Default 2. */
  readonly parallelInserts?: number;
  /** Bytes of rows from which a batch is inserted beside another. Default 1 MiB: an insert of few rows costs as much as one of many. */
  readonly parallelBytes?: number;
  /** Most bytes of rows that one request may become. Default 256 MiB. */
  readonly rowBytes?: number;
  /** Says when there is no room. Default: ClickHouse alone does. */
  readonly space?: FreeSpace;
}

const RETRY_AFTER_SECONDS = 2;
const FIRST_CAPACITY = 1 << 20;
/** Bytes of idle buffers that are kept for the next batches. */
const IDLE_BYTES = 32 << 20;

interface Slot {
  readonly transcoder: Transcoder;
  readonly batch: Batch;
}

/**
 * Groups the rows of many requests into one insert of the ledger and acknowledges each request after it: an answer `accepted` means
 * that the records are on disk. What they mean is derived from the ledger afterwards.
 */
export class Appender {
  readonly watermark: Watermark;
  readonly #engine: Engine;
  readonly #clock: CursorClock;
  readonly #digest: ContentDigest;
  readonly #sink: RecordedSink;
  readonly #observer: AppendObserver;
  readonly #options: Required<Omit<AppendOptions, 'space'>>;
  readonly #space: FreeSpace | undefined;
  readonly #idle: Slot[] = [];
  readonly #slabs = new Slabs();
  readonly #inserts = new Set<Promise<void>>();
  #open: Slot | undefined;
  #linger: NodeJS.Timeout | undefined;

  constructor(
    engine: Engine,
    clock: CursorClock,
    digest: ContentDigest,
    sink: RecordedSink,
    observer: AppendObserver,
    options: AppendOptions = {},
  ) {
    this.#engine = engine;
    this.#clock = clock;
    this.#digest = digest;
    this.#sink = sink;
    this.#observer = observer;
    this.#space = options.space;
    this.watermark = new Watermark(clock.last());
    this.#options = {
      batchBytes: options.batchBytes ?? 16 << 20,
      lingerMs: options.lingerMs ?? 2,
      parallelInserts: options.parallelInserts ?? 2,
      parallelBytes: options.parallelBytes ?? 1 << 20,
      rowBytes: options.rowBytes ?? 256 << 20,
    };
  }

  /** Takes an OTLP body and answers once its records are durable. Never throws on data or on a lost engine. */
  async submit(signal: Signal, encoding: Encoding, body: Uint8Array, tenant: string): Promise<AppendOutcome> {
    if (this.#engine.state !== 'ready') return unavailable(new Error('the engine is not ready'));
    if (this.#space?.isFull === true) return unavailable(new DiskFullError());
    const slot = this.#openSlot();
    const first = this.#clock.last() + 1n;
    let transcoded: Transcoded;
    try {
      transcoded = slot.transcoder.transcode(signal, encoding, body, { tenant, receivedAt: nowNanoseconds() });
    } catch (thrown) {
      return refusal(thrown);
    }
    if (transcoded.accepted + transcoded.rejected === 0) return { kind: 'accepted', ...transcoded };
    const durable = slot.batch.join({ first, last: this.#clock.last() }, transcoded.accepted);
    this.#schedule();
    try {
      await durable;
    } catch (thrown) {
      return unavailable(ensureError(thrown));
    }
    this.#observer.acknowledged(signal, transcoded.accepted, transcoded.rejected);
    return { kind: 'accepted', ...transcoded };
  }

  /** Waits until everything that was submitted is inserted. */
  async drain(): Promise<void> {
    for (;;) {
      this.#flush();
      if (this.#inserts.size === 0) return;
      await Promise.race(this.#inserts);
    }
  }

  #openSlot(): Slot {
    this.#open ??= this.#idle.pop() ?? this.#newSlot();
    return this.#open;
  }

  #newSlot(): Slot {
    const { rowBytes } = this.#options;
    const transcoder = new Transcoder(FIRST_CAPACITY, this.#digest, this.#clock, { rowBytes });
    return { transcoder, batch: new Batch(transcoder.rows) };
  }

  #schedule(): void {
    const slot = this.#open;
    if (slot === undefined || !this.#mayInsert(slot)) return;
    if (slot.batch.bytes >= this.#options.batchBytes) {
      this.#flush();
    } else {
      this.#linger ??= setTimeout(() => this.#flush(), this.#options.lingerMs);
    }
  }

  #mayInsert({ batch }: Slot): boolean {
    const { parallelInserts, parallelBytes } = this.#options;
    return this.#inserts.size < (batch.bytes < parallelBytes ? 1 : parallelInserts);
  }

  #flush(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    const slot = this.#open;
    if (slot === undefined || slot.batch.bytes === 0 || !this.#mayInsert(slot)) return;
    this.#open = undefined;
    const range = slot.batch.range();
    this.watermark.begin(range);
    this.#sink.begin(range);
    const insert = this.#insert(slot, range).finally(() => {
      this.#inserts.delete(insert);
      this.#schedule();
    });
    this.#inserts.add(insert);
  }

  async #insert(slot: Slot, range: CursorRange): Promise<void> {
    const { ledger, content, rejects } = slot.batch.rows;
    const records = slot.batch.records;
    const start = performance.now();
    let failure: Error | undefined;
    try {
      await this.#send(REJECTS_QUERY, rejects);
      // First the content: the ledger names none that is not there.
      await this.#send(CONTENT_QUERY, content);
      await this.#send(LEDGER_QUERY, ledger);
    } catch (thrown) {
      const cause = ensureError(thrown);
      failure =
        this.#space?.isCauseOf(cause) === true
          ? new DiskFullError(cause)
          : new AppendError(`the insert failed: ${cause.message}`, cause);
      this.#sink.fail(range, mayBeApplied(cause));
    }
    this.watermark.end(range, failure === undefined ? records : 0);
    this.#observer.inserted(records, performance.now() - start, failure === undefined);
    slot.batch.settle(failure);
    if (failure === undefined) this.#handOn(slot, range);
    else this.#release(slot);
  }

  /** Hands on a copy of the rows: what waits holds no more than its size, and the buffers are free for the next batch at once. */
  #handOn(slot: Slot, range: CursorRange): void {
    const { batch } = slot;
    const { bytes, length } = batch.rows.ingest;
    const rows = this.#slabs.copy(bytes.subarray(0, length));
    const { records } = batch;
    this.#release(slot);
    this.#sink.add({ range, records, rows });
  }

  async #send(query: string, rows: RowBuffer): Promise<void> {
    if (rows.length > 0) await this.#engine.insert(query, rows.bytes.subarray(0, rows.length), INSERT_SETTINGS);
  }

  /** Keeps a slot for later while that takes little memory, so not the great buffers that a batch of one great request leaves behind. */
  #release(slot: Slot): void {
    slot.batch.clear();
    const idleBytes = this.#idle.reduce((sum, { batch }) => sum + batch.capacity, slot.batch.capacity);
    if (idleBytes <= IDLE_BYTES) this.#idle.push(slot);
    else slot.batch.free();
  }
}

function mayBeApplied(error: Error): boolean {
  return !(error instanceof EngineError && 'outcome' in error && error.outcome === 'not_applied');
}

function nowNanoseconds(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function unavailable(error: Error): AppendOutcome {
  const said = { kind: 'unavailable', message: error.message, retryAfterSeconds: RETRY_AFTER_SECONDS } as const;
  return error instanceof DiskFullError ? { ...said, code: 'DISK_FULL' } : said;
}

function refusal(thrown: unknown): AppendOutcome {
  if (thrown instanceof TooLargeError) return { kind: 'too_large', message: thrown.message };
  if (thrown instanceof InputError) return { kind: 'bad_request', code: thrown.code, message: thrown.message };
  throw thrown;
}
