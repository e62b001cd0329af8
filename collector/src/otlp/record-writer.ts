import { Buffer } from 'node:buffer';
import type { KeyMeaning } from './attribute-keys.ts';
import type { ContentDigest } from './content-digest.ts';
import { ContentRows } from './content-rows.ts';
import type { CursorClock } from './cursor-clock.ts';
import { digestedKindByte, KIND, kindByte } from './kinds.ts';
import { Positions } from './positions.ts';
import { CANON_VERSION } from './record-layout.ts';
import { RowBuffer, viewOf } from './row-buffer.ts';
import { TargetOffers } from './target-offers.ts';

const NONE = -1;
const DIGEST_DIGITS = 64;
/** Where the cursor stands in a row of `ingest` and in one of `ledger`. */
const CURSOR_IN_ROW = 1;
const CURSOR_IN_LEDGER = 2;

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
  /** Kinds of the attributes written so far that no column has yet. */
  readonly #kinds = new RowBuffer(256);
  /** Where the kinds of each list end, while lists are written whose kinds stand in a column apart. */
  readonly #kindEnds = new Positions();
  readonly #ledger: RowBuffer;
  readonly #content: ContentRows;
  readonly #digest: ContentDigest;
  readonly #clock: CursorClock;
  readonly #offers = new TargetOffers();
  readonly #resourceOffers = new TargetOffers();
  /** The beginning of each row of the request in `ingest` and in `ledger`; cursor and signal are written over. */
  readonly #rowHead = new RowBuffer(256);
  readonly #ledgerHead = new RowBuffer(256);
  readonly #mark = { length: 0, kinds: 0, content: 0 };
  #tenant = '';
  #rowStart = 0;
  #bodyStart = 0;
  #signal = 0;

  constructor(rows: RecordRows, digest: ContentDigest, clock: CursorClock) {
    this.rows = rows.ingest;
    this.#ledger = rows.ledger;
    this.#content = new ContentRows(rows.content);
    this.target = rows.ingest;
    this.#digest = digest;
    this.#clock = clock;
  }

  beginRequest({ tenant, receivedAt }: RequestContext): void {
    const tenantBytes = Buffer.from(tenant, 'utf8');
    this.#tenant = tenant;
    this.#content.beginRequest(tenantBytes, receivedAt);
    const row = this.#rowHead;
    row.length = 0;
    row.uint8(CANON_VERSION);
    row.uint64(0, 0);
    row.uint16(this.#clock.origin);
    const ledger = this.#ledgerHead;
    ledger.length = 0;
    ledger.uint16(this.#clock.origin);
    ledger.uint64(0, 0);
    for (const head of [row, ledger]) {
      head.bigUint64(receivedAt);
      head.string(tenantBytes, 0, tenantBytes.length);
      head.uint8(0);
    }
  }

  /** Begins the fields of a resource; values go to its buffer until `endShared`. */
  beginResource(): void {
    this.resource.length = 0;
    this.scope.length = 0;
    this.#kinds.length = 0;
    this.#resourceOffers.clear();
    this.#content.beginResource();
    this.target = this.resource;
  }

  beginScope(): void {
    this.scope.length = 0;
    this.#kinds.length = 0;
    this.target = this.scope;
  }

  endShared(): void {
    this.target = this.rows;
  }

  /** Begins a row: header, tenant and signal. */
  beginRow(signal: number): void {
    this.#rowStart = this.rows.length;
    this.#signal = signal;
    this.#clock.next();
    this.#writeHead(this.rows, this.#rowHead, CURSOR_IN_ROW);
    this.#bodyStart = this.rows.length;
    this.beginRowAgain();
  }

  /** Forgets what the row that was begun holds so far, but for its header. */
  beginRowAgain(): void {
    this.rows.length = this.#bodyStart;
    this.target = this.rows;
    this.offering = true;
    this.#kinds.length = 0;
    this.#content.beginRow();
    this.#offers.clear();
  }

  /** Forgets the row that was begun. */
  abandonRow(): void {
    this.rows.length = this.#rowStart;
    this.target = this.rows;
  }

  /** Ends the row: resource and scope, the ledger's row, the targets, the content that goes beside the ledger. */
  endRow(): void {
    const rows = this.rows;
    const resourceAt = rows.length;
    rows.copy(this.resource.view, 0, this.resource.length);
    rows.copy(this.scope.view, 0, this.scope.length);
    this.#writeHead(this.#ledger, this.#ledgerHead, CURSOR_IN_LEDGER);
    this.#ledger.copyString(rows.view, this.#rowStart, rows.length);
    this.#offers.write(rows, this.#resourceOffers, resourceAt);
    this.#content.write();
  }

  #writeHead(rows: RowBuffer, head: RowBuffer, cursorAt: number): void {
    const start = rows.length;
    rows.copy(head.view, 0, head.length);
    rows.view.setUint32(start + cursorAt, this.#clock.low, true);
    rows.view.setUint32(start + cursorAt + 4, this.#clock.high, true);
    rows.bytes[rows.length - 1] = this.#signal;
  }

  /** Bytes of what the record gave a target, 0 where it gave nothing. */
  targetBytes(index: number): number {
    if (this.#offers.has(index)) return this.#offers.size(index);
    return this.#resourceOffers.has(index) ? this.#resourceOffers.size(index) : 0;
  }

  /** Text that the record gave a target, empty where it gave none. */
  targetText(index: number): string {
    if (this.#offers.has(index)) return this.#offers.text(index, this.rows);
    return this.#resourceOffers.has(index) ? this.#resourceOffers.text(index, this.resource) : '';
  }

  /** Begins a list of attributes: the map's count; the kinds follow by `endAttributes`, or by `endLists`. */
  beginAttributes(count: number): void {
    this.#mark.length = this.target.length;
    this.#mark.kinds = this.#kinds.length;
    this.#mark.content = this.#content.count(this.target !== this.rows);
    this.target.varint(count);
  }

  /** Forgets the list that was begun last, which is then begun again. */
  forgetAttributes(): void {
    this.target.length = this.#mark.length;
    this.#kinds.length = this.#mark.kinds;
    this.#content.keep(this.#mark.content, this.target !== this.rows);
    // No more than one list of a record, and one of a resource, offers values.
    if (this.target === this.resource) this.#resourceOffers.clear();
    else if (this.offering) this.#offers.clear();
  }

  endAttributes(): void {
    this.target.copyString(this.#kinds.view, 0, this.#kinds.length);
    this.#kinds.length = 0;
  }

  /** Begins lists of attributes of events or links: the array's count. Each is begun as a list and ended by `endList`. */
  beginLists(count: number): void {
    this.offering = false;
    this.#kindEnds.clear();
    this.target.varint(count);
  }

  endList(): void {
    this.#kindEnds.push(this.#kinds.length);
  }

  /** Ends the lists: their kinds in a column of its own. */
  endLists(): void {
    this.offering = true;
    const count = this.#kindEnds.count;
    this.target.varint(count);
    let start = 0;
    for (let i = 0; i < count; i++) {
      const end = this.#kindEnds.items[i] as number;
      this.target.copyString(this.#kinds.view, start, end);
      start = end;
    }
    this.#kinds.length = 0;
  }

  /** Ends a log record's body, which is a value and its kind. */
  endBody(): void {
    this.target.uint8(this.#kinds.bytes[0] as number);
    this.#kinds.length = 0;
  }

  /** Says whether values of such a key are personal content, of which the row has the digest. */
  isContent(meaning: KeyMeaning): boolean {
    return this.offering ? meaning.content : meaning.contentInEvents;
  }

  /** Takes the last `size` bytes of the target, which the caller wrote as a string, as a value that is no content. */
  wroteValue(meaning: KeyMeaning, kind: number, size: number): void {
    this.#kinds.uint8(kind);
    if (meaning.target !== NONE) this.#offer(meaning, size);
  }

  /** Writes a value whose text is given as bytes, under the meaning of its key. */
  valueBytes(meaning: KeyMeaning, kind: string, source: Uint8Array, start: number, end: number): void {
    if (kind !== KIND.empty && this.isContent(meaning)) {
      this.#digested(kind, source.subarray(start, end));
    } else {
      this.#kinds.uint8(kindByte(kind));
      this.target.copyString(viewOf(source), start, end);
    }
    if (meaning.target !== NONE && kind !== KIND.empty)
      this.#offer(meaning, meaning.content ? DIGEST_DIGITS : end - start);
  }

  /** Writes a value whose text is given as a string. */
  valueText(meaning: KeyMeaning, kind: string, text: string): void {
    if (this.isContent(meaning)) {
      this.#digested(kind, Buffer.from(text, 'utf8'));
      if (meaning.target !== NONE) this.#offer(meaning, DIGEST_DIGITS);
      return;
    }
    this.#kinds.uint8(kindByte(kind));
    this.target.text(text);
    if (meaning.target !== NONE) this.#offer(meaning, Buffer.byteLength(text, 'utf8'));
  }

  /** Remembers the value just written where its key stands best among those of its target. */
  #offer(meaning: KeyMeaning, size: number): void {
    const end = this.target.length;
    if (this.target === this.resource) this.#resourceOffers.offer(meaning, end - size, end);
    else if (this.target === this.rows && this.offering) this.#offers.offer(meaning, end - size, end);
  }

  #digested(kind: string, text: Uint8Array): void {
    const digest = this.#digest(this.#tenant, kind, text);
    this.#content.add({ digest, kind, text }, this.target !== this.rows);
    this.#kinds.uint8(digestedKindByte(kind));
    this.target.ascii(digest.toString('hex'));
  }
}
