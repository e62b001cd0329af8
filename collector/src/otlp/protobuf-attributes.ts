import { InputError } from '../errors.ts';
import { type InternedKey, KeyTable, meaningOf } from './attribute-keys.ts';
import { MOST_LISTED } from './kinds.ts';
import { Positions } from './positions.ts';
import { writeProtobufValue } from './protobuf-value.ts';
import type { RecordWriter } from './record-writer.ts';
import { WIRE, WireError, type WireReader } from './wire-reader.ts';

const KEY = (1 << 3) | WIRE.length;
const VALUE = (2 << 3) | WIRE.length;

/** Numbers that `AttributeList` keeps of an attribute: the bounds of its key and its value. */
const ENTRY_SIZE = 4;
/** Where a dropped attribute has the start of its key. */
const DROPPED = -1;

/** Writes lists of KeyValue messages as a map and its kinds. Of equal keys the last counts, at its place. */
export class AttributeList {
  readonly #keys = new KeyTable();
  readonly #entries = new Positions(MOST_LISTED * ENTRY_SIZE);
  #list = 0;
  #keyStart = 0;
  #keyEnd = 0;
  #valueStart = 0;
  #valueEnd = 0;

  /** Call between records: keys seen so far may be forgotten. */
  beginRecord(): void {
    this.#keys.makeRoom();
  }

  /** Writes the list whose messages start (at their length) at the given positions of the reader: the map, then its kinds. */
  write(reader: WireReader, positions: Positions, end: number, writer: RecordWriter): void {
    this.writeMap(reader, positions, end, writer);
    writer.endAttributes();
  }

  /** Writes the map alone; the kinds are left with the writer. */
  writeMap(reader: WireReader, positions: Positions, end: number, writer: RecordWriter): void {
    if (this.#writeOnce(reader, positions, end, writer)) return;
    writer.forgetAttributes();
    this.#writeTwice(reader, positions, end, writer);
  }

  /**
   * Reads and writes in one go, as if no two keys were equal. Gives false where two are, or where this can't tell, or where an entry
   * can't be read: the two goes then say what is wrong first.
   */
  #writeOnce(reader: WireReader, positions: Positions, end: number, writer: RecordWriter): boolean {
    const { view } = reader;
    const list = ++this.#list;
    writer.beginAttributes(positions.count);
    try {
      for (let i = 0; i < positions.count; i++) {
        this.#readEntry(reader, positions.items[i] as number, end);
        const key = this.#keys.intern(view, this.#keyStart, this.#keyEnd);
        if (key === undefined || key.list === list) return false;
        key.list = list;
        writer.target.copyString(view, this.#keyStart, this.#keyEnd);
        reader.position = this.#valueStart;
        writeProtobufValue(reader, this.#valueEnd, writer, key.meaning);
      }
    } catch (thrown) {
      if (thrown instanceof InputError) return false;
      throw thrown;
    }
    return true;
  }

  #writeTwice(reader: WireReader, positions: Positions, end: number, writer: RecordWriter): void {
    writer.beginAttributes(this.#scan(reader, positions, end));
    const entries = this.#entries.items;
    for (let i = 0; i < this.#entries.count; i += ENTRY_SIZE) {
      const keyStart = entries[i] as number;
      if (keyStart === DROPPED) continue;
      const keyEnd = entries[i + 1] as number;
      const key = this.#keys.intern(reader.view, keyStart, keyEnd);
      const meaning = key?.meaning ?? meaningOf(reader.bytes.toString('utf8', keyStart, keyEnd));
      writer.target.copyString(reader.view, keyStart, keyEnd);
      reader.position = entries[i + 2] as number;
      writeProtobufValue(reader, entries[i + 3] as number, writer, meaning);
    }
  }

  /** Reads keys and value bounds into `#entries`, drops all but the last of equal keys, gives how many are left. */
  #scan(reader: WireReader, positions: Positions, end: number): number {
    const entries = this.#entries;
    entries.clear();
    this.#list += 1;
    let kept = 0;
    let long: Map<string, number> | undefined;
    for (let i = 0; i < positions.count; i++) {
      const entry = entries.count;
      this.#readEntry(reader, positions.items[i] as number, end);
      entries.push(this.#keyStart);
      entries.push(this.#keyEnd);
      entries.push(this.#valueStart);
      entries.push(this.#valueEnd);
      const key = this.#keys.intern(reader.view, this.#keyStart, this.#keyEnd);
      let before: number | undefined;
      if (key !== undefined) {
        before = this.#entryBefore(key, entry);
      } else {
        long ??= new Map();
        const text = reader.bytes.toString('latin1', this.#keyStart, this.#keyEnd);
        before = long.get(text);
        long.set(text, entry);
      }
      if (before === undefined) kept += 1;
      else entries.items[before] = DROPPED;
    }
    return kept;
  }

  #entryBefore(key: InternedKey, entry: number): number | undefined {
    const before = key.list === this.#list ? key.entry : undefined;
    key.list = this.#list;
    key.entry = entry;
    return before;
  }

  /** Reads the bounds of the key and the value of the message whose length stands at `position`. */
  #readEntry(reader: WireReader, position: number, end: number): void {
    reader.position = position;
    const stop = reader.lengthEnd(end);
    if (!this.#readPlainEntry(reader, stop)) this.#readAnyEntry(reader, stop);
  }

  /** Reads a message that is a key and a value with lengths below 128 and 16,384; gives false, nothing read, where it is another. */
  #readPlainEntry(reader: WireReader, end: number): boolean {
    const { bytes } = reader;
    const keyStart = reader.position + 2;
    if (keyStart > end || bytes[keyStart - 2] !== KEY) return false;
    const keySize = bytes[keyStart - 1] as number;
    const keyEnd = keyStart + keySize;
    if (keySize > 127 || keyEnd + 2 > end || bytes[keyEnd] !== VALUE) return false;
    let valueStart = keyEnd + 2;
    let valueSize = bytes[keyEnd + 1] as number;
    if (valueSize > 127) {
      if (valueStart >= end || (bytes[valueStart] as number) > 127) return false;
      valueSize = (valueSize & 127) | ((bytes[valueStart] as number) << 7);
      valueStart += 1;
    }
    if (valueStart + valueSize !== end) return false;
    this.#keyStart = keyStart;
    this.#keyEnd = keyEnd;
    this.#valueStart = valueStart;
    this.#valueEnd = end;
    return true;
  }

  #readAnyEntry(reader: WireReader, end: number): void {
    this.#keyStart = this.#keyEnd = reader.position;
    this.#valueStart = this.#valueEnd = end;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === KEY) {
        this.#keyEnd = reader.lengthEnd(end);
        this.#keyStart = reader.position;
        reader.position = this.#keyEnd;
      } else if (tag === VALUE) {
        this.#valueEnd = reader.lengthEnd(end);
        this.#valueStart = reader.position;
        reader.position = this.#valueEnd;
      } else {
        reader.skip(tag, end);
      }
    }
    if (reader.position !== end) throw new WireError(`attribute ends at byte ${reader.position}, not at ${end}`);
  }
}
