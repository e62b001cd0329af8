import { BODY } from './attribute-keys.ts';
import { SEVERITIES } from './json-logs.ts';
import { JsonNames } from './json-names.ts';
import type { ScannedAttributes } from './json-scanned-attributes.ts';
import { readEnum, readId, readSmall, ScannedText, writeLong } from './json-scanned-fields.ts';
import { type JsonScanner, MARK, ODD_RECORD } from './json-scanner.ts';
import { NO_BODY, NO_NESTED } from './record-layout.ts';
import type { RecordWriter } from './record-writer.ts';
import { RowBuffer } from './row-buffer.ts';

/** Fields of a log record, in the order of their numbers in protobuf. */
const FIELDS = [
  'timeUnixNano',
  'severityNumber',
  'severityText',
  'body',
  'attributes',
  'droppedAttributesCount',
  'flags',
  'traceId',
  'spanId',
  'observedTimeUnixNano',
  'eventName',
] as const;

/** Writes log records of OTLP/JSON from the bytes of their text, just as `walkJsonLog` writes one that was parsed. */
export class ScannedLog {
  readonly #attributes: ScannedAttributes;
  readonly #names = new JsonNames(FIELDS);
  readonly #traceId = new Uint8Array(16);
  readonly #spanId = new Uint8Array(8);
  readonly #severityText = new ScannedText();
  readonly #eventName = new ScannedText();
  readonly #time = new RowBuffer(8);
  readonly #observedTime = new RowBuffer(8);
  readonly #body = new RowBuffer(256);
  readonly #bodyKind = new RowBuffer(1);
  readonly #map = new RowBuffer(1024);
  readonly #kinds = new RowBuffer(64);
  #count = 0;
  #severityNumber = 0;
  #flags = 0;
  #dropped = 0;

  constructor(attributes: ScannedAttributes) {
    this.#attributes = attributes;
  }

  /**
   * Reads the log record whose brace comes next and writes it into the row that was begun.
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
    this.#write(scanner, writer);
  }

  #clear(): void {
    this.#count = this.#severityNumber = this.#flags = this.#dropped = 0;
    this.#traceId.fill(0);
    this.#spanId.fill(0);
    for (const text of [this.#severityText, this.#eventName]) text.clear();
    for (const part of [this.#time, this.#observedTime, this.#body, this.#bodyKind, this.#map, this.#kinds])
      part.length = 0;
  }

  #read(scanner: JsonScanner, field: number, writer: RecordWriter): void {
    switch (FIELDS[field]) {
      case 'timeUnixNano':
        writeLong(scanner, this.#time);
        break;
      case 'observedTimeUnixNano':
        writeLong(scanner, this.#observedTime);
        break;
      case 'severityNumber':
        this.#severityNumber = readEnum(scanner, SEVERITIES);
        break;
      case 'severityText':
        this.#severityText.read(scanner);
        break;
      case 'body':
        // Content is kept in the order of body, attributes.
        if (this.#count > 0) throw ODD_RECORD;
        writer.beginPart(this.#body, this.#bodyKind);
        this.#attributes.value(scanner, writer, BODY);
        break;
      case 'attributes':
        writer.beginPart(this.#map, this.#kinds);
        this.#count = this.#attributes.write(scanner, writer);
        break;
      case 'droppedAttributesCount':
        this.#dropped = readSmall(scanner);
        break;
      case 'flags':
        this.#flags = readSmall(scanner);
        break;
      case 'traceId':
        readId(scanner, this.#traceId);
        break;
      case 'spanId':
        readId(scanner, this.#spanId);
        break;
      case 'eventName':
        this.#eventName.read(scanner);
        break;
      default:
        scanner.skip();
    }
  }

  #write(scanner: JsonScanner, writer: RecordWriter): void {
    const rows = writer.target;
    rows.raw(this.#traceId, 0, 16);
    rows.raw(this.#spanId, 0, 8);
    rows.zeros(8);
    rows.uint8(0);
    rows.uint32(this.#flags);
    this.#eventName.write(scanner, rows);
    rows.uint32(0);
    for (const time of [this.#time, this.#observedTime]) {
      if (time.length === 0) rows.zeros(8);
      else rows.copy(time.view, 0, 8);
    }
    rows.uint32(this.#severityNumber);
    this.#severityText.write(scanner, rows);
    if (this.#body.length === 0) rows.raw(NO_BODY, 0, NO_BODY.length);
    rows.copy(this.#body.view, 0, this.#body.length);
    rows.copy(this.#bodyKind.view, 0, this.#bodyKind.length);
    rows.varint(this.#count);
    writer.placeOffers();
    rows.copy(this.#map.view, 0, this.#map.length);
    rows.copyString(this.#kinds.view, 0, this.#kinds.length);
    rows.uint32(this.#dropped);
    rows.raw(NO_NESTED, 0, NO_NESTED.length);
  }
}
