import { arrayField } from './json-fields.ts';
import { JsonNames } from './json-names.ts';
import type { ScannedAttributes } from './json-scanned-attributes.ts';
import { ScannedEvents } from './json-scanned-events.ts';
import { readEnum, readId, readSmall, ScannedText, writeLong } from './json-scanned-fields.ts';
import { type JsonScanner, MARK, ODD_RECORD } from './json-scanner.ts';
import { SPAN_KINDS, STATUS_CODES, writeJsonLinks } from './json-spans.ts';
import { parseJsonPart } from './json-text.ts';
import { LINK_COLUMNS, NO_BODY } from './record-layout.ts';
import type { RecordWriter } from './record-writer.ts';
import { RowBuffer } from './row-buffer.ts';

/** Fields of a span, in the order of their numbers in protobuf. */
const FIELDS = [
  'traceId',
  'spanId',
  'traceState',
  'parentSpanId',
  'name',
  'kind',
  'startTimeUnixNano',
  'endTimeUnixNano',
  'attributes',
  'droppedAttributesCount',
  'events',
  'droppedEventsCount',
  'links',
  'droppedLinksCount',
  'status',
  'flags',
] as const;
const NONE = -1;

/** Writes spans of OTLP/JSON from the bytes of their text, just as `walkJsonSpan` writes one that was parsed. */
export class ScannedSpan {
  readonly #attributes: ScannedAttributes;
  readonly #events: ScannedEvents;
  readonly #names = new JsonNames(FIELDS);
  readonly #statusNames = new JsonNames(['message', 'code']);
  readonly #traceId = new Uint8Array(16);
  readonly #spanId = new Uint8Array(8);
  readonly #parentSpanId = new Uint8Array(8);
  readonly #traceState = new ScannedText();
  readonly #name = new ScannedText();
  readonly #statusMessage = new ScannedText();
  readonly #times = { start: new RowBuffer(8), end: new RowBuffer(8) };
  readonly #map = new RowBuffer(4096);
  readonly #kinds = new RowBuffer(256);
  #count = 0;
  #hasIds = 0;
  #links = NONE;
  #kind = 0;
  #statusCode = 0;
  #flags = 0;
  #droppedAttributes = 0;
  #droppedEvents = 0;
  #droppedLinks = 0;

  constructor(attributes: ScannedAttributes) {
    this.#attributes = attributes;
    this.#events = new ScannedEvents(attributes);
  }

  /**
   * Reads the span whose brace comes next and writes it into the row that was begun.
   *
   * @throws OddRecord, OddBody, InputError where it is not in its usual form: the row is then to be begun again
   */
  write(scanner: JsonScanner, writer: RecordWriter): void {
    this.#clear();
    if (this.#names.begin(scanner)) {
      do this.#read(scanner, this.#names.read(scanner), writer);
      while (scanner.more(MARK.closeObject));
    }
    writer.endPart();
    const { position } = scanner;
    if (this.#hasIds !== 3) throw ODD_RECORD;
    this.#write(scanner, writer);
    scanner.position = position;
  }

  #clear(): void {
    this.#hasIds = this.#count = 0;
    this.#parentSpanId.fill(0);
    for (const text of [this.#traceState, this.#name, this.#statusMessage]) text.clear();
    this.#map.length = this.#kinds.length = 0;
    this.#times.start.length = this.#times.end.length = 0;
    this.#events.clear();
    this.#links = NONE;
    this.#kind = this.#statusCode = this.#flags = 0;
    this.#droppedAttributes = this.#droppedEvents = this.#droppedLinks = 0;
  }

  #read(scanner: JsonScanner, field: number, writer: RecordWriter): void {
    switch (FIELDS[field]) {
      case 'traceId':
        if (readId(scanner, this.#traceId)) this.#hasIds |= 1;
        break;
      case 'spanId':
        if (readId(scanner, this.#spanId)) this.#hasIds |= 2;
        break;
      case 'traceState':
        this.#traceState.read(scanner);
        break;
      case 'parentSpanId':
        readId(scanner, this.#parentSpanId);
        break;
      case 'name':
        this.#name.read(scanner);
        break;
      case 'kind':
        this.#kind = readEnum(scanner, SPAN_KINDS);
        break;
      case 'startTimeUnixNano':
        writeLong(scanner, this.#times.start);
        break;
      case 'endTimeUnixNano':
        writeLong(scanner, this.#times.end);
        break;
      case 'attributes':
        // Content is kept in the order of attributes, events, links.
        if (this.#events.count > 0) throw ODD_RECORD;
        writer.beginPart(this.#map, this.#kinds);
        this.#count = this.#attributes.write(scanner, writer);
        break;
      case 'events':
        this.#events.read(scanner, writer);
        break;
      default:
        this.#readRare(scanner, field);
    }
  }

  #readRare(scanner: JsonScanner, field: number): void {
    switch (FIELDS[field]) {
      case 'droppedAttributesCount':
        this.#droppedAttributes = readSmall(scanner);
        break;
      case 'droppedEventsCount':
        this.#droppedEvents = readSmall(scanner);
        break;
      case 'droppedLinksCount':
        this.#droppedLinks = readSmall(scanner);
        break;
      case 'flags':
        this.#flags = readSmall(scanner);
        break;
      case 'links':
        scanner.next();
        this.#links = scanner.position;
        scanner.skip();
        break;
      case 'status':
        this.#readStatus(scanner);
        break;
      default:
        scanner.skip();
    }
  }

  #readStatus(scanner: JsonScanner): void {
    if (scanner.takeNull()) return;
    if (!this.#statusNames.begin(scanner)) return;
    do {
      const field = this.#statusNames.read(scanner);
      if (field === 0) this.#statusMessage.read(scanner);
      else if (field === 1) this.#statusCode = readEnum(scanner, STATUS_CODES);
      else scanner.skip();
    } while (scanner.more(MARK.closeObject));
  }

  #write(scanner: JsonScanner, writer: RecordWriter): void {
    const rows = writer.target;
    rows.raw(this.#traceId, 0, 16);
    rows.raw(this.#spanId, 0, 8);
    rows.raw(this.#parentSpanId, 0, 8);
    this.#traceState.write(scanner, rows);
    rows.uint32(this.#flags);
    this.#name.write(scanner, rows);
    rows.uint32(this.#kind);
    for (const time of [this.#times.start, this.#times.end]) {
      if (time.length === 0) rows.zeros(8);
      else rows.copy(time.view, 0, 8);
    }
    rows.uint32(this.#statusCode);
    this.#statusMessage.write(scanner, rows);
    rows.raw(NO_BODY, 0, NO_BODY.length);
    rows.varint(this.#count);
    writer.placeOffers();
    rows.copy(this.#map.view, 0, this.#map.length);
    rows.copyString(this.#kinds.view, 0, this.#kinds.length);
    rows.uint32(this.#droppedAttributes);
    this.#events.write(rows);
    rows.uint32(this.#droppedEvents);
    this.#writeLinks(scanner, writer);
    rows.uint32(this.#droppedLinks);
  }

  /** Links are rare, so they are parsed. */
  #writeLinks(scanner: JsonScanner, writer: RecordWriter): void {
    if (this.#links === NONE) {
      writer.target.zeros(LINK_COLUMNS);
      return;
    }
    scanner.position = this.#links;
    scanner.skip();
    const links = parseJsonPart(scanner.text(this.#links, scanner.position));
    if (arrayField(links, 'links').length === 0) writer.target.zeros(LINK_COLUMNS);
    else writeJsonLinks(links, writer);
  }
}
