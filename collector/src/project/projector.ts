import { setTimeout as delay } from 'node:timers/promises';
import { INGEST_QUERY, INSERT_SETTINGS } from '../append/insert-queries.ts';
import type { Recorded, RecordedSink } from '../append/recorded.ts';
import type { Copy } from '../append/slabs.ts';
import { type CursorRange, Watermark } from '../append/watermark.ts';
import type { Engine } from '../engine/engine-contract.ts';
import { awaitReplicas } from '../engine/replica-watch.ts';
import { ensureError } from '../errors.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { readPieces } from './read-pieces.ts';
import { rederive } from './rederive.ts';

/** What the projector tells those who count and log. */
export interface ProjectObserver {
  /** Records stand in the derived tables now. */
  projected(records: number): void;
  /** An insert failed; it will be tried again from the ledger. */
  failed(error: Error): void;
}

/** Bounds of the projector. */
export interface ProjectOptions {
  /** Bytes of rows in one insert. Default 32 MiB: an insert costs some 0.1 s of CPU however few rows it has. */
  readonly insertBytes?: number;
  /** Bytes that are held for rows that wait in memory; what comes on top is read from the ledger again. Default 64 MiB. */
  readonly waitingBytes?: number;
}

/** A part of the ledger that waits; without its rows where they were given up. */
interface Waiting {
  readonly range: CursorRange;
  readonly records: number;
  readonly rows: Copy | undefined;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** An insert of many records costs hardly more than one of few. */
const PACE: PaceOptions = { shortestMs: 20, pauses: 4, longestMs: 5000 };
const BUSY_MS = 250;
/** Bytes of rows from which on an insert costs each record hardly less the larger it is. */
const ENOUGH_BYTES = 8 << 20;
/** Records that are read from the ledger again at once. */
const RECORDS_AT_ONCE = 50_000;

/**
 * Fills the derived tables with what the ledger holds, in the order in which it became durable and one insert at a time. The busier the
 * collector, the larger the inserts. The ledger is the queue: rows wait in memory while there is room, and are else read from it again.
 */
export class Projector implements RecordedSink {
  /** Up to where every record of the ledger stands in the derived tables. */
  readonly watermark: Watermark;
  readonly #engine: Engine;
  readonly #origin: number;
  readonly #observer: ProjectObserver;
  readonly #options: Required<ProjectOptions>;
  #waiting: Waiting[] = [];
  #bytes = 0;
  /** How many of the first are being derived now. */
  #atWork = 0;
  readonly #waiters: { cursor: bigint; resolve: () => void }[] = [];
  #running: Promise<void> | undefined;
  readonly #stop = new AbortController();
  readonly #pace = new Pace(PACE, () => this.#start());
  #lastCame = Number.NEGATIVE_INFINITY;
  /** Inserts into the ledger that are not acknowledged yet. */
  #open = 0;
  #retryMs = FIRST_RETRY_MS;

  /** @param start cursor up to which the derived tables are known to hold all */
  constructor(engine: Engine, origin: number, start: bigint, observer: ProjectObserver, options: ProjectOptions = {}) {
    this.#engine = engine;
    this.#origin = origin;
    this.#observer = observer;
    this.watermark = new Watermark(start);
    this.#options = {
      insertBytes: options.insertBytes ?? 32 << 20,
      waitingBytes: options.waitingBytes ?? 64 << 20,
    };
  }

  /**
   * Derives again what the ledger holds after `start` and up to this cursor: records of before this start of the collector. To be called
   * before any other comes.
   */
  async recover(last: bigint): Promise<void> {
    const first = this.watermark.current() + 1n;
    if (last < first) return;
    const whole = { first, last };
    this.watermark.begin(whole);
    await awaitReplicas(this.#engine);
    const pieces = await readPieces(this.#engine, { origin: this.#origin, ...whole });
    for (const { records, ...range } of pieces) {
      this.watermark.begin(range);
      this.#waiting.push({ range, records, rows: undefined });
    }
    this.watermark.end(whole, 0);
    this.#wake();
  }

  begin(range: CursorRange): void {
    this.watermark.begin(range);
    this.#lastCame = performance.now();
    this.#open += 1;
  }

  /** Whether records keep coming. */
  get isBusy(): boolean {
    return performance.now() - this.#lastCame < BUSY_MS;
  }

  /** Whether somebody waits for an acknowledgement. */
  get isAsked(): boolean {
    return this.#open > 0;
  }

  add({ range, records, rows }: Recorded): void {
    this.#open -= 1;
    if (records === 0) {
      rows.release();
      this.watermark.end(range, 0);
      this.#reach(0);
      return;
    }
    if (this.#bytes + rows.heldBytes > this.#options.waitingBytes) {
      rows.release();
      this.#waitWithoutRows(range, records);
    } else {
      this.#bytes += rows.heldBytes;
      this.#waiting.push({ range, records, rows });
    }
    this.#wake();
  }

  fail(range: CursorRange, mayBeApplied: boolean): void {
    this.#open -= 1;
    if (!mayBeApplied) {
      this.watermark.end(range, 0);
      this.#reach(0);
      return;
    }
    // Nobody was told that these records are safe, but what the ledger holds of them counts.
    this.#waitWithoutRows(range, 0);
    this.#wake();
  }

  /**
   * Joins the last that waits, if that has no rows either: while inserts fail or the lag grows for hours, what waits takes no more
   * memory. What is at work stays as it is.
   */
  #waitWithoutRows(range: CursorRange, records: number): void {
    const last = this.#waiting.at(-1);
    if (
      last === undefined ||
      last.rows !== undefined ||
      this.#waiting.length <= this.#atWork ||
      last.records + records > RECORDS_AT_ONCE
    ) {
      this.#waiting.push({ range, records, rows: undefined });
    } else {
      const joined = this.watermark.join(last.range, range);
      this.#waiting[this.#waiting.length - 1] = { range: joined, records: last.records + records, rows: undefined };
    }
  }

  /** Records that wait for their turn. */
  get lag(): number {
    return this.#waiting.reduce((sum, one) => sum + one.records, 0);
  }

  /** Waits until all up to a cursor stands in the derived tables. */
  reached(cursor: bigint): Promise<void> {
    if (this.watermark.current() >= cursor) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ cursor, resolve });
      this.#hurry();
    });
  }

  /** Derives what waits, as long as the engine takes it, and ends. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#hurry();
    await this.#running;
    this.#pace.cancel();
  }

  #wake(): void {
    if (this.#running !== undefined || this.#waiting.length === 0) return;
    const isAwaited = this.#waiters.length > 0 || this.#isStopped;
    const pauseMs = this.isBusy ? this.#pace.busyMs(this.#hasEnough && !this.isAsked) : PACE.shortestMs;
    this.#pace.beginAfter(isAwaited ? 0 : pauseMs);
  }

  /** Whether so much waits that an insert of more would hardly be cheaper. What has no rows in memory is much. */
  get #hasEnough(): boolean {
    return this.#bytes >= ENOUGH_BYTES || this.#waiting.at(-1)?.rows === undefined;
  }

  #hurry(): void {
    if (this.#running !== undefined || this.#waiting.length === 0) return;
    this.#pace.cancel();
    this.#start();
  }

  #start(): void {
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#wake();
    });
  }

  async #run(): Promise<void> {
    for (;;) {
      const group = this.#nextGroup();
      const begin = performance.now();
      this.#atWork = group.length;
      try {
        await this.#derive(group);
        this.#retryMs = FIRST_RETRY_MS;
      } catch (thrown) {
        this.#atWork = 0;
        this.#observer.failed(ensureError(thrown));
        this.#giveUpRows();
        if (!(await this.#pauseAfterFailure())) return;
        continue;
      }
      this.#pace.worked(performance.now() - begin);
      if (this.#waiting.length === 0 || (this.#waiters.length === 0 && !this.#isStopped)) return;
    }
  }

  /** The first that wait: either such that have their rows, or one range of such that have not. They stay first until they are done. */
  #nextGroup(): readonly Waiting[] {
    const hasRows = this.#waiting[0]?.rows !== undefined;
    let [bytes, records, size] = [0, 0, 0];
    for (const { rows, records: some } of this.#waiting) {
      if ((rows !== undefined) !== hasRows) break;
      if (size > 0 && (bytes > this.#options.insertBytes || records > RECORDS_AT_ONCE)) break;
      bytes += rows?.heldBytes ?? 0;
      records += rows === undefined ? some : 0;
      size += 1;
    }
    return this.#waiting.slice(0, size);
  }

  async #derive(group: readonly Waiting[]): Promise<void> {
    const pieces = group.flatMap(({ rows }) => rows?.pieces ?? []);
    if (pieces.length > 0) {
      await this.#engine.insert(INGEST_QUERY, pieces, INSERT_SETTINGS);
    } else {
      const first = group.reduce(
        (least, { range }) => (range.first < least ? range.first : least),
        group[0]?.range.first ?? 0n,
      );
      const last = group.reduce((most, { range }) => (range.last > most ? range.last : most), 0n);
      await awaitReplicas(this.#engine);
      await rederive(this.#engine, { origin: this.#origin, first, last });
    }
    this.#waiting.splice(0, group.length);
    this.#atWork = 0;
    for (const { range, records, rows } of group) {
      if (rows !== undefined) this.#bytes -= rows.heldBytes;
      rows?.release();
      this.watermark.end(range, records);
    }
    this.#reach(group.reduce((sum, { records }) => sum + records, 0));
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Keeps no rows of what waits: it is tried again from the ledger, and the memory is free meanwhile. */
  #giveUpRows(): void {
    this.#waiting = this.#waiting.map(({ range, records, rows }) => {
      rows?.release();
      return { range, records, rows: undefined };
    });
    this.#bytes = 0;
  }

  /** Gives whether to go on. */
  async #pauseAfterFailure(): Promise<boolean> {
    const pause = this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    await delay(pause, undefined, { signal: this.#stop.signal }).catch(() => {});
    return !this.#isStopped;
  }

  #reach(records: number): void {
    const current = this.watermark.current();
    const reached = this.#waiters.filter(({ cursor }) => cursor <= current);
    for (const waiter of reached) {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      waiter.resolve();
    }
    if (records > 0) this.#observer.projected(records);
  }
}
