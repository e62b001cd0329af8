import { Buffer } from 'node:buffer';
import type { KeyMeaning } from './attribute-keys.ts';
import { viewOf } from './byte-views.ts';
import type { ContentDigest } from './content-digest.ts';
import { ContentRows } from './content-rows.ts';
import type { CursorClock } from './cursor-clock.ts';
import { digestedKindByte, KIND, kindByte } from './kinds.ts';
import { Positions } from './positions.ts';
import { RowBuffer } from './row-buffer.ts';
import { RowHeads } from './row-heads.ts';
import { TargetOffers } from './target-offers.ts';

const NONE = -1;
const DIGEST_DIGITS = 64;

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
  readonly #ownKinds = new RowBuffer(256);
  #kinds = this.#ownKinds;
  /** True while fields of a resource or scope are written. */
  #isShared = false;
  /** Where the kinds of each list end, while lists are written whose kinds stand in a column apart. */
  readonly #kindEnds = new Positions();
  readonly #ledger: RowBuffer;
  readonly #content: ContentRows;
  readonly #digest: ContentDigest;
  readonly #clock: CursorClock;
  readonly #offers = new TargetOffers();
  readonly #resourceOffers = new TargetOffers();
  readonly #heads: RowHeads;
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
    this.#heads = new RowHeads(clock);
  }

  beginRequest({ tenant, receivedAt }: RequestContext): void {
    const tenantBytes = Buffer.from(tenant, 'utf8');
    this.#tenant = tenant;
    this.#content.beginRequest(tenantBytes, receivedAt);
    this.#heads.beginRequest(tenantBytes, receivedAt);
  }

  /** Begins the fields of a resource; values go to its buffer until `endShared`. */
  beginResource(): void {
    this.resource.length = 0;
    this.scope.length = 0;
    this.#kinds.length = 0;
    this.#resourceOffers.clear();
    this.#content.beginResource();
    this.target = this.resource;
    this.#isShared = true;
  }

  beginScope(): void {
    this.scope.length = 0;
    this.#kinds.length = 0;
    this.target = this.scope;
    this.#isShared = true;
  }

  endShared(): void {
    this.target = this.rows;
    this.#isShared = false;
  }

  /** Begins a row: header, tenant and signal. */
  beginRow(signal: number): void {
    this.#rowStart = this.rows.length;
    this.#signal = signal;
    this.#clock.next();
    this.#heads.writeRow(this.rows, signal);
    this.#bodyStart = this.rows.length;
    this.beginRowAgain();
  }

  /** Forgets what the row that was begun holds so far, but for its header. */
  beginRowAgain(): void {
    this.rows.length = this.#bodyStart;
    this.endPart();
    this.offering = true;
    this.#kinds.length = 0;
    this.#content.beginRow();
    this.#offers.clear();
  }

  /**
   * Begins a part of the row that comes before its turn: values go to `target` and their kinds to `kinds`, until `endPart`. Who asks for
   * it puts both into the row in time.
   */
  beginPart(target: RowBuffer, kinds: RowBuffer): void {
    this.target = target;
    this.#kinds = kinds;
  }

  endPart(): void {
    this.target = this.rows;
    this.#kinds = this.#ownKinds;
  }

  /** Says that what was offered while a part was written stands in the row from here on. */
  placeOffers(): void {
    this.#offers.at = this.rows.length;
  }

  /** Forgets the row that was begun. */
  abandonRow(): void {
    this.rows.length = this.#rowStart;
    this.endPart();
  }

  /** Ends the row: resource and scope, the ledger's row, the targets, the content that goes beside the ledger. */
  endRow(): void {
    const rows = this.rows;
    const resourceAt = rows.length;
    rows.copy(this.resource.view, 0, this.resource.length);
    rows.copy(this.scope.view, 0, this.scope.length);
    this.#heads.writeLedger(this.#ledger, this.#signal);
    this.#ledger.copyString(rows.view, this.#rowStart, rows.length);
    this.#offers.write(rows, this.#resourceOffers, resourceAt);
    this.#content.write();
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
    this.#mark.content = this.#content.count(this.#isShared);
    this.target.varint(count);
  }

  /** Forgets the list that was begun last, which is then begun again. */
  forgetAttributes(): void {
    this.target.length = this.#mark.length;
    this.#kinds.length = this.#mark.kinds;
    this.#content.keep(this.#mark.content, this.#isShared);
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
    else if (!this.#isShared && this.offering) this.#offers.offer(meaning, end - size, end);
  }

  #digested(kind: string, text: Uint8Array): void {
    const digest = this.#digest(this.#tenant, kind, text);
    this.#content.add({ digest, kind, text }, this.#isShared);
    this.#kinds.uint8(digestedKindByte(kind));
    this.target.ascii(digest.toString('hex'));
  }
}
