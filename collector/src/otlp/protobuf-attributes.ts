import { type KeyMeaning, KeyTable, meaningOf } from './attribute-keys.ts';
import { MOST_LISTED, TooManyError } from './kinds.ts';
import { writeProtobufValue } from './protobuf-value.ts';
import type { RecordWriter } from './record-writer.ts';
import { WIRE, WireError, type WireReader } from './wire-reader.ts';

const KEY = (1 << 3) | WIRE.length;
const VALUE = (2 << 3) | WIRE.length;

const NOWHERE = new Float64Array(0);
/** Numbers that `AttributeList` keeps of an attribute. */
const ENTRY_SIZE = 5;

/** Offsets of the messages of one list, gathered while its parent is walked. Throws TooManyError when they are too many. */
export class Positions {
  items: Float64Array = NOWHERE;
  count = 0;
  readonly #most: number;

  constructor(most: number = MOST_LISTED) {
    this.#most = most;
  }

  clear(): void {
    this.count = 0;
  }

  push(position: number): void {
    if (this.count === this.items.length) this.#grow();
    this.items[this.count++] = position;
  }

  #grow(): void {
    if (this.count === this.#most) throw new TooManyError();
    const grown = new Float64Array(Math.min(this.#most, Math.max(16, this.items.length * 2)));
    grown.set(this.items);
    this.items = grown;
  }
}

/** Writes lists of KeyValue messages as a map and its kinds. Of equal keys the last counts, at its place. */
export class AttributeList {
  readonly #keys = new KeyTable();
  readonly #entries = new Positions(MOST_LISTED * ENTRY_SIZE);
  readonly #lastSeen = new Float64Array(16_384);
  readonly #lastEntry = new Float64Array(16_384);
  #list = 0;

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
    const count = this.#scan(reader, positions, end);
    writer.beginAttributes(count);
    const entries = this.#entries.items;
    for (let i = 0; i < this.#entries.count; i += ENTRY_SIZE) {
      const id = entries[i] as number;
      if (id === DROPPED) continue;
      const keyStart = entries[i + 1] as number;
      const keyEnd = entries[i + 2] as number;
      writer.target.string(reader.bytes, keyStart, keyEnd);
      reader.position = entries[i + 3] as number;
      writeProtobufValue(reader, entries[i + 4] as number, writer, this.#meaning(reader, id, keyStart, keyEnd));
    }
  }

  #meaning(reader: WireReader, id: number, keyStart: number, keyEnd: number): KeyMeaning {
    return id >= 0 ? this.#keys.meaning(id) : meaningOf(reader.bytes.toString('utf8', keyStart, keyEnd));
  }

  /** Reads keys and value bounds into `#entries`, five numbers each, drops all but the last of equal keys, gives how many are left. */
  #scan(reader: WireReader, positions: Positions, end: number): number {
    const entries = this.#entries;
    entries.clear();
    this.#list += 1;
    let kept = 0;
    let long: Map<string, number> | undefined;
    for (let i = 0; i < positions.count; i++) {
      reader.position = positions.items[i] as number;
      const entry = entries.count;
      const id = this.#entry(reader, reader.lengthEnd(end));
      let before: number | undefined;
      if (id >= 0) {
        if (this.#lastSeen[id] === this.#list) before = this.#lastEntry[id] as number;
        this.#lastSeen[id] = this.#list;
        this.#lastEntry[id] = entry;
      } else {
        long ??= new Map();
        const key = reader.bytes.toString('latin1', entries.items[entry + 1], entries.items[entry + 2]);
        before = long.get(key);
        long.set(key, entry);
      }
      if (before === undefined) kept += 1;
      else entries.items[before] = DROPPED;
    }
    return kept;
  }

  #entry(reader: WireReader, end: number): number {
    let keyStart = reader.position;
    let keyEnd = keyStart;
    let valueStart = end;
    let valueEnd = end;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === KEY) {
        keyEnd = reader.lengthEnd(end);
        keyStart = reader.position;
        reader.position = keyEnd;
      } else if (tag === VALUE) {
        valueEnd = reader.lengthEnd(end);
        valueStart = reader.position;
        reader.position = valueEnd;
      } else {
        reader.skip(tag, end);
      }
    }
    if (reader.position !== end) throw new WireError(`attribute ends at byte ${reader.position}, not at ${end}`);
    const id = this.#keys.intern(reader.bytes, keyStart, keyEnd);
    const entries = this.#entries;
    entries.push(id);
    entries.push(keyStart);
    entries.push(keyEnd);
    entries.push(valueStart);
    entries.push(valueEnd);
    return id;
  }
}

const DROPPED = -2;
