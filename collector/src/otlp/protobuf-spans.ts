import { Positions } from './positions.ts';
import type { AttributeList } from './protobuf-attributes.ts';
import { type RecordWalker, type Slice, slice } from './protobuf-envelope.ts';
import { NestedWriter } from './protobuf-nested.ts';
import { spanIdFault } from './record-checks.ts';
import { NO_BODY, SIGNAL_NUMBER } from './record-layout.ts';
import type { RecordWriter } from './record-writer.ts';
import { type TranscodeSession, WrongSignalError } from './transcode.ts';
import { WIRE, type WireReader } from './wire-reader.ts';

const LENGTH = WIRE.length;
/** Tags of opentelemetry.proto.trace.v1.Span. */
const SPAN = {
  traceId: (1 << 3) | LENGTH,
  spanId: (2 << 3) | LENGTH,
  traceState: (3 << 3) | LENGTH,
  parentSpanId: (4 << 3) | LENGTH,
  name: (5 << 3) | LENGTH,
  kind: 6 << 3,
  startTime: (7 << 3) | WIRE.fixed64,
  endTime: (8 << 3) | WIRE.fixed64,
  attributes: (9 << 3) | LENGTH,
  droppedAttributes: 10 << 3,
  events: (11 << 3) | LENGTH,
  droppedEvents: 12 << 3,
  links: (13 << 3) | LENGTH,
  droppedLinks: 14 << 3,
  status: (15 << 3) | LENGTH,
  flags: (16 << 3) | WIRE.fixed32,
};
const STATUS_MESSAGE = (2 << 3) | LENGTH;
const STATUS_CODE = 3 << 3;
/** A LogRecord has a fixed64 where a span has its trace id or its events. */
const LOG_TIME = (1 << 3) | WIRE.fixed64;
const LOG_OBSERVED_TIME = (11 << 3) | WIRE.fixed64;

const NO_TIME = -1;

/** Walks spans: one row each, rejected alone where its ids or its bytes can't be. */
export class SpanWalker implements RecordWalker {
  readonly #attributes: AttributeList;
  readonly #nested: NestedWriter;
  readonly #lists = { attributes: new Positions(), events: new Positions(), links: new Positions() };
  readonly #traceId: Slice = { start: 0, end: 0 };
  readonly #spanId: Slice = { start: 0, end: 0 };
  readonly #parentSpanId: Slice = { start: 0, end: 0 };
  readonly #traceState: Slice = { start: 0, end: 0 };
  readonly #name: Slice = { start: 0, end: 0 };
  readonly #statusMessage: Slice = { start: 0, end: 0 };
  #kind = 0;
  #startTime = NO_TIME;
  #endTime = NO_TIME;
  #statusCode = 0;
  #flags = 0;
  #droppedAttributes = 0;
  #droppedEvents = 0;
  #droppedLinks = 0;
  #looksLikeLog = false;
  /** Rejected records of the request that look like log records. */
  #logs = 0;

  constructor(attributes: AttributeList) {
    this.#attributes = attributes;
    this.#nested = new NestedWriter(attributes);
  }

  beginRequest(): void {
    this.#logs = 0;
  }

  /** @throws WrongSignalError where all that the request held were log records */
  endRequest(session: TranscodeSession): void {
    if (this.#logs > 0 && session.result.accepted === 0) throw new WrongSignalError('log records', '/v1/traces');
  }

  walk(reader: WireReader, end: number, session: TranscodeSession): void {
    const start = reader.position;
    session.writer.beginRow(SIGNAL_NUMBER.traces);
    try {
      this.#read(reader, end);
      const fault = this.#idFault(reader);
      if (fault !== undefined) {
        if (this.#looksLikeLog) this.#logs += 1;
        session.reject(SIGNAL_NUMBER.traces, reader.bytes.subarray(start, end), fault);
        return;
      }
      this.#write(reader, end, session.writer);
      session.finishRow(SIGNAL_NUMBER.traces, () => reader.bytes.subarray(start, end));
    } catch (thrown) {
      session.writer.offering = true;
      session.rejectFor(thrown, SIGNAL_NUMBER.traces, reader.bytes.subarray(start, end));
    }
  }

  #idFault(reader: WireReader): ReturnType<typeof spanIdFault> {
    const trace = this.#traceId;
    const span = this.#spanId;
    return spanIdFault(
      trace.end - trace.start,
      allZero(reader, trace),
      span.end - span.start,
      allZero(reader, span),
      this.#parentSpanId.end - this.#parentSpanId.start,
    );
  }

  #clear(): void {
    for (const field of [
      this.#traceId,
      this.#spanId,
      this.#parentSpanId,
      this.#traceState,
      this.#name,
      this.#statusMessage,
    ]) {
      field.start = field.end = 0;
    }
    this.#lists.attributes.clear();
    this.#lists.events.clear();
    this.#lists.links.clear();
    this.#kind = this.#statusCode = this.#flags = 0;
    this.#startTime = this.#endTime = NO_TIME;
    this.#droppedAttributes = this.#droppedEvents = this.#droppedLinks = 0;
    this.#looksLikeLog = false;
  }

  #read(reader: WireReader, end: number): void {
    this.#clear();
    while (reader.position < end) {
      const tag = reader.tag(end);
      switch (tag) {
        case SPAN.traceId:
          slice(reader, end, this.#traceId);
          break;
        case SPAN.spanId:
          slice(reader, end, this.#spanId);
          break;
        case SPAN.traceState:
          slice(reader, end, this.#traceState);
          break;
        case SPAN.parentSpanId:
          slice(reader, end, this.#parentSpanId);
          break;
        case SPAN.name:
          slice(reader, end, this.#name);
          break;
        case SPAN.kind:
          this.#kind = reader.varint32(end);
          break;
        case SPAN.startTime:
          this.#startTime = reader.fixed(8, end);
          break;
        case SPAN.endTime:
          this.#endTime = reader.fixed(8, end);
          break;
        case SPAN.attributes:
          this.#list(reader, end, this.#lists.attributes);
          break;
        case SPAN.events:
          this.#list(reader, end, this.#lists.events);
          break;
        case SPAN.links:
          this.#list(reader, end, this.#lists.links);
          break;
        default:
          this.#readRare(reader, tag, end);
      }
    }
  }

  #readRare(reader: WireReader, tag: number, end: number): void {
    switch (tag) {
      case SPAN.droppedAttributes:
        this.#droppedAttributes = reader.varint32(end);
        break;
      case SPAN.droppedEvents:
        this.#droppedEvents = reader.varint32(end);
        break;
      case SPAN.droppedLinks:
        this.#droppedLinks = reader.varint32(end);
        break;
      case SPAN.flags:
        this.#flags = reader.view.getUint32(reader.fixed(4, end), true);
        break;
      case SPAN.status:
        this.#readStatus(reader, reader.lengthEnd(end));
        break;
      default:
        if (tag === LOG_TIME || tag === LOG_OBSERVED_TIME) this.#looksLikeLog = true;
        reader.skip(tag, end);
    }
  }

  #readStatus(reader: WireReader, end: number): void {
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === STATUS_CODE) this.#statusCode = reader.varint32(end);
      else if (tag === STATUS_MESSAGE) slice(reader, end, this.#statusMessage);
      else reader.skip(tag, end);
    }
  }

  #list(reader: WireReader, end: number, list: Positions): void {
    list.push(reader.position);
    reader.position = reader.lengthEnd(end);
  }

  #write(reader: WireReader, end: number, writer: RecordWriter): void {
    const rows = writer.target;
    const { view } = reader;
    rows.copy(view, this.#traceId.start, this.#traceId.end);
    rows.copy(view, this.#spanId.start, this.#spanId.end);
    if (this.#parentSpanId.end === this.#parentSpanId.start) rows.zeros(8);
    else rows.copy(view, this.#parentSpanId.start, this.#parentSpanId.end);
    rows.copyString(view, this.#traceState.start, this.#traceState.end);
    rows.uint32(this.#flags);
    rows.copyString(view, this.#name.start, this.#name.end);
    rows.uint32(this.#kind);
    writeTime(reader, this.#startTime, writer);
    writeTime(reader, this.#endTime, writer);
    rows.uint32(this.#statusCode);
    rows.copyString(view, this.#statusMessage.start, this.#statusMessage.end);
    rows.raw(NO_BODY, 0, NO_BODY.length);
    this.#attributes.write(reader, this.#lists.attributes, end, writer);
    rows.uint32(this.#droppedAttributes);
    this.#nested.events(reader, this.#lists.events, end, writer);
    rows.uint32(this.#droppedEvents);
    this.#nested.links(reader, this.#lists.links, end, writer);
    rows.uint32(this.#droppedLinks);
  }
}

/** Copies a fixed64 of nanoseconds as it is, or writes 0 where the field was not sent. */
export function writeTime(reader: WireReader, position: number, writer: RecordWriter): void {
  if (position < 0) writer.target.zeros(8);
  else writer.target.copy(reader.view, position, position + 8);
}

/** Says whether all bytes of the field are 0. */
export function allZero(reader: WireReader, field: Slice): boolean {
  for (let i = field.start; i < field.end; i++) if (reader.bytes[i] !== 0) return false;
  return true;
}
