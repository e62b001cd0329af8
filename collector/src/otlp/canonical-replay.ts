import { TARGETS } from '@spanledger/semconv';
import { InputError } from '../errors.ts';
import { KeyTable, meaningOf } from './attribute-keys.ts';
import { viewOf } from './byte-views.ts';
import { KIND, kindByte } from './kinds.ts';
import { CANON_VERSION, type CANONICAL_COLUMNS, HEADER_BYTES } from './record-layout.ts';
import type { RowBuffer } from './row-buffer.ts';

/** How a canonical field is stepped over: a number of bytes, or a form of RowBinary with a length inside. */
export type Form = number | 'string' | 'map' | 'array64' | 'array32' | 'strings' | 'maps';

/** Forms of the canonical fields, in their order. */
export const FORMS: Readonly<Record<(typeof CANONICAL_COLUMNS)[number], Form>> = {
  canon_version: 1,
  cursor: 8,
  origin: 2,
  received_at: 8,
  tenant: 'string',
  signal: 1,
  trace_id: 16,
  span_id: 8,
  parent_span_id: 8,
  trace_state: 'string',
  flags: 4,
  name: 'string',
  kind: 4,
  start_time_unix_nano: 8,
  end_time_unix_nano: 8,
  status_code: 4,
  status_message: 'string',
  body: 'string',
  body_kind: 1,
  attributes: 'map',
  attribute_kinds: 'string',
  dropped_attributes_count: 4,
  'events.time_unix_nano': 'array64',
  'events.name': 'strings',
  'events.attributes': 'maps',
  'events.attribute_kinds': 'strings',
  'events.dropped_attributes_count': 'array32',
  dropped_events_count: 4,
  'links.trace_id': 'strings',
  'links.span_id': 'strings',
  'links.trace_state': 'strings',
  'links.flags': 'array32',
  'links.attributes': 'maps',
  'links.attribute_kinds': 'strings',
  'links.dropped_attributes_count': 'array32',
  dropped_links_count: 4,
  resource_attributes: 'map',
  resource_attribute_kinds: 'string',
  resource_dropped_attributes_count: 4,
  resource_schema_url: 'string',
  scope_name: 'string',
  scope_version: 'string',
  scope_attributes: 'map',
  scope_attribute_kinds: 'string',
  scope_dropped_attributes_count: 4,
  scope_schema_url: 'string',
};
const FIELDS = Object.entries(FORMS);
const RESOURCE_RANK = 1_000_000;
const EMPTY = kindByte(KIND.empty);

/** Header and name of a record. Ids are lower-case hex. */
export interface RecordName {
  readonly cursor: bigint;
  readonly origin: number;
  readonly tenant: string;
  readonly traceId: string;
  readonly spanId: string;
}

interface Offer {
  readonly target: number;
  readonly rank: number;
  readonly entry: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Turns canonical bytes of the ledger into rows of `ingest` again, for the derived tables: the canonical fields as they are, the
 * targets found anew by today's dialect table.
 */
export class CanonicalReplay {
  readonly #keys = new KeyTable();
  readonly #best: (Offer | undefined)[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = viewOf(this.#bytes);
  #position = 0;

  /** @throws InputError `CANONICAL_UNREADABLE` where the bytes are of a version or form that this code does not know */
  write(canonical: Buffer, rows: RowBuffer): void {
    this.#read(canonical);
    rows.raw(canonical, 0, canonical.length);
    for (let target = 0; target < TARGETS.length; target++) {
      const offer = this.#best[target];
      if (offer === undefined) rows.uint8(0);
      else rows.string(canonical, offer.start, offer.end);
    }
  }

  /** Reads the header and the name of a record. Throws as `write` does. */
  name(canonical: Buffer): RecordName {
    this.#read(canonical);
    this.#position = HEADER_BYTES;
    const tenantEnd = this.#end();
    const tenant = canonical.toString('utf8', this.#position, tenantEnd);
    const traceId = tenantEnd + 1;
    return {
      cursor: canonical.readBigUInt64LE(1),
      origin: canonical.readUInt16LE(9),
      tenant,
      traceId: canonical.toString('hex', traceId, traceId + 16),
      spanId: canonical.toString('hex', traceId + 16, traceId + 24),
    };
  }

  #read(canonical: Buffer): void {
    if (canonical[0] !== CANON_VERSION)
      throw unreadable(`version ${canonical[0]}, this collector knows ${CANON_VERSION}`);
    this.#keys.makeRoom();
    this.#bytes = canonical;
    this.#view = viewOf(canonical);
    this.#position = 0;
    this.#best.length = 0;
    this.#walk();
  }

  #walk(): void {
    let offers: Offer[] = [];
    for (const [name, form] of FIELDS) {
      if (name === 'attributes') offers = this.#map(0);
      else if (name === 'resource_attributes') offers = this.#map(RESOURCE_RANK);
      else if (name === 'attribute_kinds' || name === 'resource_attribute_kinds') this.#settle(offers);
      else this.#skip(form);
    }
    if (this.#position !== this.#bytes.length) throw unreadable(`${this.#bytes.length} bytes, read ${this.#position}`);
  }

  /** Reads a map and gives its entries that could fill a target. */
  #map(rank: number): Offer[] {
    const offers: Offer[] = [];
    const count = this.#varint();
    for (let entry = 0; entry < count; entry++) {
      const keyEnd = this.#end();
      const key = this.#keys.intern(this.#view, this.#position, keyEnd);
      const meaning = key?.meaning ?? meaningOf(this.#bytes.toString('utf8', this.#position, keyEnd));
      this.#position = keyEnd;
      const end = this.#end();
      if (meaning.target >= 0) {
        offers.push({ target: meaning.target, rank: meaning.rank + rank, entry, start: this.#position, end });
      }
      this.#position = end;
    }
    return offers;
  }

  /** Reads the kinds of a map and takes its offers, but for empty values. */
  #settle(offers: readonly Offer[]): void {
    const end = this.#end();
    for (const offer of offers) {
      if (this.#bytes[this.#position + offer.entry] === EMPTY) continue;
      const best = this.#best[offer.target];
      if (best === undefined || offer.rank <= best.rank) this.#best[offer.target] = offer;
    }
    this.#position = end;
  }

  #skip(form: Form): void {
    if (typeof form === 'number') {
      this.#step(form);
      return;
    }
    if (form === 'string') {
      this.#position = this.#end();
      return;
    }
    const count = this.#varint();
    if (form === 'array64') this.#step(8 * count);
    else if (form === 'array32') this.#step(4 * count);
    else if (form === 'strings') for (let i = 0; i < count; i++) this.#position = this.#end();
    else if (form === 'map') for (let i = 0; i < 2 * count; i++) this.#position = this.#end();
    else for (let i = 0; i < count; i++) this.#skip('map');
  }

  #step(size: number): void {
    this.#position += size;
    if (this.#position > this.#bytes.length) throw unreadable('cut off');
  }

  /** End of the string whose length stands here; the position moves to its first byte. */
  #end(): number {
    const size = this.#varint();
    const end = this.#position + size;
    if (end > this.#bytes.length) throw unreadable('cut off');
    return end;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw unreadable('cut off');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }
}

function unreadable(what: string): InputError {
  return new InputError('CANONICAL_UNREADABLE', `a record of the ledger can't be read: ${what}`);
}
