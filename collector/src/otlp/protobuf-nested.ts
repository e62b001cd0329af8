import { Positions } from './positions.ts';
import type { AttributeList } from './protobuf-attributes.ts';
import { type Slice, slice } from './protobuf-envelope.ts';
import { EVENT_COLUMNS, LINK_COLUMNS } from './record-layout.ts';
import type { RecordWriter } from './record-writer.ts';
import { WIRE, type WireReader } from './wire-reader.ts';

const LENGTH = WIRE.length;
/** Messages kept for the next span; more than these are made anew. */
const POOLED = 1024;
/** Span.Event: time, name, attributes, dropped count. */
const EVENT = {
  time: (1 << 3) | WIRE.fixed64,
  name: (2 << 3) | LENGTH,
  attributes: (3 << 3) | LENGTH,
  dropped: 4 << 3,
};
/** Span.Link: trace id, span id, trace state, attributes, dropped count, flags. */
const LINK = {
  traceId: (1 << 3) | LENGTH,
  spanId: (2 << 3) | LENGTH,
  traceState: (3 << 3) | LENGTH,
  attributes: (4 << 3) | LENGTH,
  dropped: 5 << 3,
  flags: (6 << 3) | WIRE.fixed32,
};

interface NestedMessage {
  readonly first: Slice;
  readonly second: Slice;
  readonly third: Slice;
  time: number;
  dropped: number;
  flags: number;
  readonly attributes: Positions;
}

/** Writes a span's events and links, each as columns of arrays that run parallel. */
export class NestedWriter {
  readonly #attributes: AttributeList;
  readonly #pool: NestedMessage[] = [];

  constructor(attributes: AttributeList) {
    this.#attributes = attributes;
  }

  /** Times, names, attributes, kinds and dropped counts of the events at the given positions. */
  events(reader: WireReader, positions: Positions, end: number, writer: RecordWriter): void {
    const rows = writer.target;
    if (positions.count === 0) {
      rows.zeros(EVENT_COLUMNS);
      return;
    }
    const events = this.#read(reader, positions, end, readEvent);
    rows.varint(events);
    for (let i = 0; i < events; i++) {
      const time = this.#at(i).time;
      if (time < 0) rows.zeros(8);
      else rows.copy(reader.view, time, time + 8);
    }
    this.#strings(reader, events, writer, 'first');
    this.#lists(reader, events, end, writer);
    this.#numbers(events, writer, 'dropped');
  }

  /** Ids, trace states, flags, attributes, kinds and dropped counts of the links at the given positions. */
  links(reader: WireReader, positions: Positions, end: number, writer: RecordWriter): void {
    if (positions.count === 0) {
      writer.target.zeros(LINK_COLUMNS);
      return;
    }
    const links = this.#read(reader, positions, end, readLink);
    this.#strings(reader, links, writer, 'first');
    this.#strings(reader, links, writer, 'second');
    this.#strings(reader, links, writer, 'third');
    this.#numbers(links, writer, 'flags');
    this.#lists(reader, links, end, writer);
    this.#numbers(links, writer, 'dropped');
  }

  #read(
    reader: WireReader,
    positions: Positions,
    end: number,
    read: (reader: WireReader, end: number, message: NestedMessage) => void,
  ): number {
    if (this.#pool.length > POOLED) this.#pool.length = POOLED;
    for (let i = 0; i < positions.count; i++) {
      reader.position = positions.items[i] as number;
      const message = this.#fresh(i);
      const stop = reader.lengthEnd(end);
      while (reader.position < stop) read(reader, stop, message);
    }
    return positions.count;
  }

  #at(index: number): NestedMessage {
    return this.#pool[index] as NestedMessage;
  }

  #fresh(index: number): NestedMessage {
    let message = this.#pool[index];
    if (message === undefined) {
      const empty = (): Slice => ({ start: 0, end: 0 });
      message = {
        first: empty(),
        second: empty(),
        third: empty(),
        time: -1,
        dropped: 0,
        flags: 0,
        attributes: new Positions(),
      };
      this.#pool[index] = message;
    }
    message.first.start = message.first.end = 0;
    message.second.start = message.second.end = 0;
    message.third.start = message.third.end = 0;
    message.time = -1;
    message.dropped = 0;
    message.flags = 0;
    message.attributes.clear();
    return message;
  }

  #strings(reader: WireReader, count: number, writer: RecordWriter, field: 'first' | 'second' | 'third'): void {
    writer.target.varint(count);
    for (let i = 0; i < count; i++) {
      const value = this.#at(i)[field];
      writer.target.copyString(reader.view, value.start, value.end);
    }
  }

  #numbers(count: number, writer: RecordWriter, field: 'dropped' | 'flags'): void {
    writer.target.varint(count);
    for (let i = 0; i < count; i++) writer.target.uint32(this.#at(i)[field]);
  }

  #lists(reader: WireReader, count: number, end: number, writer: RecordWriter): void {
    writer.beginLists(count);
    for (let i = 0; i < count; i++) {
      this.#attributes.writeMap(reader, this.#at(i).attributes, end, writer);
      writer.endList();
    }
    writer.endLists();
  }
}

function readEvent(reader: WireReader, end: number, event: NestedMessage): void {
  const tag = reader.tag(end);
  if (tag === EVENT.time) event.time = reader.fixed(8, end);
  else if (tag === EVENT.name) slice(reader, end, event.first);
  else if (tag === EVENT.dropped) event.dropped = reader.varint32(end);
  else {
    if (tag === EVENT.attributes) event.attributes.push(reader.position);
    reader.skip(tag, end);
  }
}

function readLink(reader: WireReader, end: number, link: NestedMessage): void {
  const tag = reader.tag(end);
  if (tag === LINK.traceId) slice(reader, end, link.first);
  else if (tag === LINK.spanId) slice(reader, end, link.second);
  else if (tag === LINK.traceState) slice(reader, end, link.third);
  else if (tag === LINK.dropped) link.dropped = reader.varint32(end);
  else if (tag === LINK.flags) link.flags = reader.view.getUint32(reader.fixed(4, end), true);
  else {
    if (tag === LINK.attributes) link.attributes.push(reader.position);
    reader.skip(tag, end);
  }
}
