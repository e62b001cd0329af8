import type { Attributes } from '@opentelemetry/api';

/** What became of the spans or log records of this process. `accepted` is the sum of all others. */
export interface SignalHealth {
  /** Given to this pipeline. */
  readonly accepted: number;
  /** Acknowledged by the collector. */
  readonly delivered: number;
  readonly waiting: number;
  /** Handed to the exporter and not yet acknowledged. */
  readonly inFlight: number;
  /** Dropped because too many were waiting. */
  readonly droppedFull: number;
  /** Dropped because the collector did not take them. */
  readonly droppedUndelivered: number;
}

/** A record as far as the pipeline looks at it. */
export interface QueuedRecord {
  readonly attributes: Attributes;
}

/** Counts the records of one signal, and lets no more wait than may. */
export class SignalCounts {
  readonly #limit: number;
  readonly #byteLimit: number;
  #waitingBytes = 0;
  #accepted = 0;
  #delivered = 0;
  #waiting = 0;
  #inFlight = 0;
  #full = 0;
  #undelivered = 0;

  constructor(limit: number, byteLimit: number) {
    this.#limit = limit;
    this.#byteLimit = byteLimit;
  }

  /** Whether there is room for the record; counts it either way. */
  admit(record: QueuedRecord): boolean {
    this.#accepted += 1;
    const bytes = sizeOf(record.attributes);
    if (this.#waiting >= this.#limit || this.#waitingBytes + bytes > this.#byteLimit) {
      this.#full += 1;
      return false;
    }
    this.#waiting += 1;
    this.#waitingBytes += bytes;
    return true;
  }

  /** Records leave the queue for the exporter. */
  handOver(batch: readonly QueuedRecord[]): void {
    this.#waiting -= batch.length;
    for (const record of batch) this.#waitingBytes -= sizeOf(record.attributes);
    this.#inFlight += batch.length;
  }

  /** The exporter is done with records. */
  settle(count: number, isDelivered: boolean): void {
    this.#inFlight -= count;
    if (isDelivered) this.#delivered += count;
    else this.#undelivered += count;
  }

  get dropped(): number {
    return this.#full + this.#undelivered;
  }

  /** Records that may still arrive. */
  get pending(): number {
    return this.#waiting + this.#inFlight;
  }

  health(): SignalHealth {
    return {
      accepted: this.#accepted,
      delivered: this.#delivered,
      waiting: this.#waiting,
      inFlight: this.#inFlight,
      droppedFull: this.#full,
      droppedUndelivered: this.#undelivered,
    };
  }
}

/** About how many bytes attributes take in memory. */
function sizeOf(attributes: Attributes): number {
  let bytes = 0;
  for (const key in attributes) {
    const value = attributes[key];
    if (typeof value === 'string') bytes += value.length;
    else if (Array.isArray(value)) for (const item of value) bytes += typeof item === 'string' ? item.length : 8;
    bytes += 32;
  }
  return bytes;
}
