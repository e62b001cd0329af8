import { Buffer } from 'node:buffer';
import { TARGETS } from '@spanledger/semconv';
import type { KeyMeaning } from './attribute-keys.ts';
import type { ContentDigest } from './content-digest.ts';
import type { CursorClock } from './cursor-clock.ts';
import { digestedKindByte, KIND, kindByte } from './kinds.ts';
import { CANON_VERSION } from './record-layout.ts';
import { RowBuffer } from './row-buffer.ts';

const NONE = -1;
const RESOURCE_RANK = 1_000_000;
const NANOSECONDS_PER_DAY = 86_400_000_000_000n;

interface ContentValue {
  readonly digest: Buffer;
  readonly kind: string;
  readonly text: Uint8Array;
}

/** Meaning of a log record's body: personal content, unless there is none. */
export const BODY: KeyMeaning = { target: NONE, rank: 0, content: true, contentInEvents: true };

/** Body and body kind of a record that can't have one. */
export const NO_BODY: Buffer = Buffer.from([0, kindByte(KIND.empty)]);

/** Events, links and their dropped counts of a record that can't have any: 5 arrays, a count, 7 arrays, a count. */
export const NO_NESTED: Buffer = Buffer.alloc(5 + 4 + 7 + 4);

/** Context that all records of a request share. */
export interface RequestContext {
  readonly tenant: string;
  /** Arrival, nanoseconds since 1970. */
  readonly receivedAt: bigint;
}

/** Where the rows of records go. */
export interface RecordRows {
  readonly ledger: RowBuffer;
  readonly content: RowBuffer;
  readonly ingest: RowBuffer;
}

/**
 * Writes records as RowBinary rows of `ingest`, for protobuf and JSON alike. A row is begun, filled field by field in the order of
 * `INGEST_COLUMNS`, and ended or abandoned; an abandoned row leaves no trace. A row that is ended goes into the ledger's rows too: its
 * canonical bytes are its beginning.
 */
export class RecordWriter {
  /** The rows. */
  readonly rows: RowBuffer;
  /** A resource's or scope's fields, written once and copied into each of its records. */
  readonly resource: RowBuffer = new RowBuffer(4096);
  readonly scope: RowBuffer = new RowBuffer(4096);
  /** Where values are written: `rows`, or one of the two above. */
  target: RowBuffer;
  /** False while attributes of events and links are written: they say nothing of their span. */
  offering = true;
  readonly #kinds = new RowBuffer(256);
  readonly #ledger: RowBuffer;
  readonly #contentRows: RowBuffer;
  readonly #digest: ContentDigest;
  readonly #clock: CursorClock;
  readonly #start = new Float64Array(TARGETS.length);
  readonly #end = new Float64Array(TARGETS.length);
  readonly #rank = new Float64Array(TARGETS.length);
  readonly #resourceStart = new Float64Array(TARGETS.length);
  readonly #resourceEnd = new Float64Array(TARGETS.length);
  readonly #resourceRank = new Float64Array(TARGETS.length).fill(Number.POSITIVE_INFINITY);
  #context: RequestContext = { tenant: '', receivedAt: 0n };
  #tenantBytes: Buffer = Buffer.alloc(0);
  #content: ContentValue[] = [];
  #sharedContent: ContentValue[] = [];
  #rowStart = 0;
  #signal = 0;
  #receivedDay = 0;

  constructor(rows: RecordRows, digest: ContentDigest, clock: CursorClock) {
    this.rows = rows.ingest;
    this.#ledger = rows.ledger;
    this.#contentRows = rows.content;
    this.target = rows.ingest;
    this.#digest = digest;
    this.#clock = clock;
  }

  beginRequest(context: RequestContext): void {
    this.#context = context;
    this.#receivedDay = Number(context.receivedAt / NANOSECONDS_PER_DAY);
    this.#tenantBytes = Buffer.from(context.tenant, 'utf8');
    this.#sharedContent = [];
  }

  /** Begins the fields of a resource; values go to its buffer until `endShared`. */
  beginResource(): void {
    this.resource.length = 0;
    this.scope.length = 0;
    this.#resourceRank.fill(Number.POSITIVE_INFINITY);
    this.#sharedContent = [];
    this.target = this.resource;
  }

  beginScope(): void {
    this.scope.length = 0;
    this.target = this.scope;
  }

  endShared(): void {
    this.target = this.rows;
  }

  /** Begins a row: header, tenant and signal. */
  beginRow(signal: number): void {
    const rows = this.rows;
    this.target = rows;
    this.#rowStart = rows.length;
    this.#signal = signal;
    this.#content = [];
    this.#rank.fill(Number.POSITIVE_INFINITY);
    this.#clock.next();
    rows.uint8(CANON_VERSION);
    rows.uint64(this.#clock.low, this.#clock.high);
    rows.uint16(this.#clock.origin);
    rows.bigUint64(this.#context.receivedAt);
    rows.string(this.#tenantBytes, 0, this.#tenantBytes.length);
    rows.uint8(signal);
  }

  /** Forgets the row that was begun. */
  abandonRow(): void {
    this.rows.length = this.#rowStart;
    this.target = this.rows;
  }

  /** Ends the row: resource and scope, the ledger's row, the targets, the content that goes beside the ledger. */
  endRow(): void {
    const rows = this.rows;
    rows.raw(this.resource.bytes, 0, this.resource.length);
    rows.raw(this.scope.bytes, 0, this.scope.length);
    this.#writeLedger();
    for (let i = 0; i < TARGETS.length; i++) {
      if ((this.#rank[i] as number) !== Number.POSITIVE_INFINITY) {
        this.#copyTarget(rows, this.#start[i] as number, this.#end[i] as number);
      } else if ((this.#resourceRank[i] as number) !== Number.POSITIVE_INFINITY) {
        this.#copyTarget(this.resource, this.#resourceStart[i] as number, this.#resourceEnd[i] as number);
      } else {
        rows.uint8(0);
      }
    }
    this.#writeContent();
  }

  /** Bytes of what the record gave a target, 0 where it gave nothing. */
  targetBytes(index: number): number {
    if (this.#rank[index] !== Number.POSITIVE_INFINITY) {
      return (this.#end[index] as number) - (this.#start[index] as number);
    }
    if (this.#resourceRank[index] === Number.POSITIVE_INFINITY) return 0;
    return (this.#resourceEnd[index] as number) - (this.#resourceStart[index] as number);
  }

  /** Text that the record gave a target, empty where it gave none. */
  targetText(index: number): string {
    if (this.#rank[index] !== Number.POSITIVE_INFINITY) {
      return this.rows.bytes.toString('utf8', this.#start[index], this.#end[index]);
    }
    if (this.#resourceRank[index] === Number.POSITIVE_INFINITY) return '';
    return this.resource.bytes.toString('utf8', this.#resourceStart[index], this.#resourceEnd[index]);
  }

  /** Begins a list of attributes: the map's count; the kinds follow by `endAttributes`. */
  beginAttributes(count: number): void {
    this.#kinds.length = 0;
    this.target.varint(count);
  }

  endAttributes(): void {
    this.target.string(this.#kinds.bytes, 0, this.#kinds.length);
  }

  /** Kinds of the list just written, where lists and their kinds stand in columns apart. */
  takeKinds(): string {
    return this.#kinds.bytes.toString('latin1', 0, this.#kinds.length);
  }

  /** Begins a log record's body: a text and its kind. */
  beginBody(): void {
    this.#kinds.length = 0;
  }

  endBody(): void {
    this.target.uint8(this.#kinds.bytes[0] as number);
  }

  /** Writes a value whose text is given as bytes, under the meaning of its key. */
  valueBytes(meaning: KeyMeaning, kind: string, source: Uint8Array, start: number, end: number): void {
    const content = this.offering ? meaning.content : meaning.contentInEvents;
    if (content && kind !== KIND.empty) {
      this.#digested(kind, source.subarray(start, end));
    } else {
      this.#kinds.uint8(kindByte(kind));
      this.target.string(source, start, end);
    }
    if (meaning.target !== NONE && kind !== KIND.empty) this.#offer(meaning, meaning.content ? 64 : end - start);
  }

  /** Writes a value whose text is given as a string. */
  valueText(meaning: KeyMeaning, kind: string, text: string): void {
    if (this.offering ? meaning.content : meaning.contentInEvents) {
      this.#digested(kind, Buffer.from(text, 'utf8'));
      if (meaning.target !== NONE) this.#offer(meaning, 64);
      return;
    }
    this.#kinds.uint8(kindByte(kind));
    this.target.text(text);
    if (meaning.target !== NONE) this.#offer(meaning, Buffer.byteLength(text, 'utf8'));
  }

  /** Remembers the value just written where its key stands best among those of its target. */
  #offer(meaning: KeyMeaning, size: number): void {
    const end = this.target.length;
    if (this.target === this.resource) {
      if (meaning.rank + RESOURCE_RANK > (this.#resourceRank[meaning.target] as number)) return;
      this.#resourceRank[meaning.target] = meaning.rank + RESOURCE_RANK;
      this.#resourceStart[meaning.target] = end - size;
      this.#resourceEnd[meaning.target] = end;
    } else if (this.target === this.rows && this.offering) {
      if (meaning.rank > (this.#rank[meaning.target] as number)) return;
      this.#rank[meaning.target] = meaning.rank;
      this.#start[meaning.target] = end - size;
      this.#end[meaning.target] = end;
    }
  }

  #copyTarget(from: RowBuffer, start: number, end: number): void {
    const rows = this.rows;
    rows.varint(end - start);
    rows.reserve(end - start);
    from.bytes.copy(rows.bytes, rows.length, start, end);
    rows.length += end - start;
  }

  #digested(kind: string, text: Uint8Array): void {
    const digest = this.#digest(this.#context.tenant, kind, text);
    const value: ContentValue = { digest, kind, text };
    if (this.target === this.rows) this.#content.push(value);
    else this.#sharedContent.push(value);
    this.#kinds.uint8(digestedKindByte(kind));
    this.target.ascii(digest.toString('hex'));
  }

  #writeLedger(): void {
    const ledger = this.#ledger;
    ledger.uint16(this.#clock.origin);
    ledger.uint64(this.#clock.low, this.#clock.high);
    ledger.bigUint64(this.#context.receivedAt);
    ledger.string(this.#tenantBytes, 0, this.#tenantBytes.length);
    ledger.uint8(this.#signal);
    ledger.string(this.rows.bytes, this.#rowStart, this.rows.length);
  }

  #writeContent(): void {
    const rows = this.#contentRows;
    for (const values of [this.#sharedContent, this.#content]) {
      for (const { digest, kind, text } of values) {
        rows.string(this.#tenantBytes, 0, this.#tenantBytes.length);
        rows.raw(digest, 0, 32);
        rows.uint8(kindByte(kind));
        rows.string(text, 0, text.length);
        rows.uint16(this.#receivedDay);
      }
    }
    this.#sharedContent = [];
  }
}
