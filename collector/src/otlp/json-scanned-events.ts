import { JsonNames } from './json-names.ts';
import type { ScannedAttributes } from './json-scanned-attributes.ts';
import { readSmall, ScannedText, writeLong } from './json-scanned-fields.ts';
import { type JsonScanner, MARK, ODD_RECORD } from './json-scanner.ts';
import { MOST_LISTED } from './kinds.ts';
import type { RecordWriter } from './record-writer.ts';
import { RowBuffer } from './row-buffer.ts';

const TIME = 0;
const NAME = 1;
const ATTRIBUTES = 2;
const DROPPED = 3;
/** Most attributes whose count takes one byte, which is written before they are counted. */
const MOST_COUNTED = 127;

/** Reads a span's events from the bytes of their text into columns of arrays that run parallel. */
export class ScannedEvents {
  readonly #attributes: ScannedAttributes;
  readonly #names = new JsonNames(['timeUnixNano', 'name', 'attributes', 'droppedAttributesCount']);
  readonly #name = new ScannedText();
  readonly #times = new RowBuffer(256);
  readonly #texts = new RowBuffer(256);
  readonly #maps = new RowBuffer(1024);
  readonly #kinds = new RowBuffer(256);
  readonly #ownKinds = new RowBuffer(64);
  readonly #dropped = new RowBuffer(256);
  /** How many events were read. */
  count = 0;

  constructor(attributes: ScannedAttributes) {
    this.#attributes = attributes;
  }

  clear(): void {
    this.count = 0;
    for (const column of [this.#times, this.#texts, this.#maps, this.#kinds, this.#dropped]) column.length = 0;
  }

  /** Reads the list that comes next. */
  read(scanner: JsonScanner, writer: RecordWriter): void {
    if (scanner.takeNull()) return;
    if (!scanner.take(MARK.openArray)) throw ODD_RECORD;
    if (scanner.take(MARK.closeArray)) return;
    writer.beginPart(this.#maps, this.#ownKinds);
    writer.offering = false;
    do {
      if (++this.count > MOST_LISTED) throw ODD_RECORD;
      this.#event(scanner, writer);
    } while (scanner.more(MARK.closeArray));
    writer.offering = true;
  }

  /** Writes the columns of what was read. */
  write(rows: RowBuffer): void {
    for (const column of [this.#times, this.#texts, this.#maps, this.#kinds, this.#dropped]) {
      rows.varint(this.count);
      rows.copy(column.view, 0, column.length);
    }
  }

  #event(scanner: JsonScanner, writer: RecordWriter): void {
    const maps = this.#maps;
    const timesEnd = this.#times.length + 8;
    const droppedEnd = this.#dropped.length + 4;
    const countAt = maps.length;
    this.#name.clear();
    this.#ownKinds.length = 0;
    maps.uint8(0);
    if (this.#names.begin(scanner)) {
      do {
        const field = this.#names.read(scanner);
        if (field === TIME) writeLong(scanner, this.#times);
        else if (field === NAME) this.#name.read(scanner);
        else if (field === DROPPED) this.#dropped.uint32(readSmall(scanner));
        else if (field === ATTRIBUTES) {
          const count = this.#attributes.write(scanner, writer);
          if (count > MOST_COUNTED) throw ODD_RECORD;
          maps.bytes[countAt] = count;
        } else scanner.skip();
      } while (scanner.more(MARK.closeObject));
    }
    if (this.#times.length < timesEnd) this.#times.uint64(0, 0);
    if (this.#dropped.length < droppedEnd) this.#dropped.uint32(0);
    this.#name.write(scanner, this.#texts);
    this.#kinds.copyString(this.#ownKinds.view, 0, this.#ownKinds.length);
  }
}
