import { BODY } from './attribute-keys.ts';
import { Positions } from './positions.ts';
import type { AttributeList } from './protobuf-attributes.ts';
import { type RecordWalker, type Slice, slice } from './protobuf-envelope.ts';
import { allZero, writeTime } from './protobuf-spans.ts';
import { writeProtobufValue } from './protobuf-value.ts';
import { NO_NESTED, SIGNAL_NUMBER } from './record-layout.ts';
import type { RecordWriter } from './record-writer.ts';
import { type TranscodeSession, WrongSignalError } from './transcode.ts';
import { WIRE, type WireReader } from './wire-reader.ts';

const LENGTH = WIRE.length;
/** Tags of opentelemetry.proto.logs.v1.LogRecord. */
const LOG = {
  time: (1 << 3) | WIRE.fixed64,
  severityNumber: 2 << 3,
  severityText: (3 << 3) | LENGTH,
  body: (5 << 3) | LENGTH,
  attributes: (6 << 3) | LENGTH,
  droppedAttributes: 7 << 3,
  flags: (8 << 3) | WIRE.fixed32,
  traceId: (9 << 3) | LENGTH,
  spanId: (10 << 3) | LENGTH,
  observedTime: (11 << 3) | WIRE.fixed64,
  eventName: (12 << 3) | LENGTH,
};
/** A span has its ids, as bytes, where a log record has its time and severity. */
const SPAN_TRACE_ID = (1 << 3) | LENGTH;

const NO_TIME = -1;

/** Walks log records: one row each. Ids of a wrong length mean that the record stands outside of any trace, as the protocol says. */
export class LogWalker implements RecordWalker {
  readonly #attributes: AttributeList;
  readonly #positions = new Positions();
  readonly #severityText: Slice = { start: 0, end: 0 };
  readonly #body: Slice = { start: 0, end: 0 };
  readonly #traceId: Slice = { start: 0, end: 0 };
  readonly #spanId: Slice = { start: 0, end: 0 };
  readonly #eventName: Slice = { start: 0, end: 0 };
  #time = NO_TIME;
  #observedTime = NO_TIME;
  #severityNumber = 0;
  #flags = 0;
  #dropped = 0;
  #looksLikeSpan = false;
  /** Records of the request that look like spans. */
  #spans = 0;

  constructor(attributes: AttributeList) {
    this.#attributes = attributes;
  }

  beginRequest(): void {
    this.#spans = 0;
  }

  /** @throws WrongSignalError where all that the request held were spans */
  endRequest(session: TranscodeSession): void {
    if (this.#spans > 0 && session.result.accepted === 0) throw new WrongSignalError('spans', '/v1/logs');
  }

  walk(reader: WireReader, end: number, session: TranscodeSession): void {
    const start = reader.position;
    session.writer.beginRow(SIGNAL_NUMBER.logs);
    try {
      this.#read(reader, end);
      if (this.#looksLikeSpan) {
        this.#spans += 1;
        session.reject(SIGNAL_NUMBER.logs, reader.bytes.subarray(start, end), {
          code: 'NOT_A_LOG_RECORD',
          reason: 'the record has the form of a span, not of a log record',
        });
        return;
      }
      this.#write(reader, end, session.writer);
      session.finishRow(SIGNAL_NUMBER.logs, () => reader.bytes.subarray(start, end));
    } catch (thrown) {
      session.rejectFor(thrown, SIGNAL_NUMBER.logs, reader.bytes.subarray(start, end));
    }
  }

  #clear(): void {
    for (const field of [this.#severityText, this.#body, this.#traceId, this.#spanId, this.#eventName]) {
      field.start = field.end = 0;
    }
    this.#positions.clear();
    this.#time = this.#observedTime = NO_TIME;
    this.#severityNumber = this.#flags = this.#dropped = 0;
    this.#looksLikeSpan = false;
  }

  #read(reader: WireReader, end: number): void {
    this.#clear();
    while (reader.position < end) {
      const tag = reader.tag(end);
      switch (tag) {
        case LOG.time:
          this.#time = reader.fixed(8, end);
          break;
        case LOG.observedTime:
          this.#observedTime = reader.fixed(8, end);
          break;
        case LOG.severityNumber:
          this.#severityNumber = reader.varint32(end);
          break;
        case LOG.severityText:
          slice(reader, end, this.#severityText);
          break;
        case LOG.body:
          slice(reader, end, this.#body);
          break;
        case LOG.attributes:
          this.#positions.push(reader.position);
          reader.position = reader.lengthEnd(end);
          break;
        case LOG.droppedAttributes:
          this.#dropped = reader.varint32(end);
          break;
        case LOG.flags:
          this.#flags = reader.view.getUint32(reader.fixed(4, end), true);
          break;
        case LOG.traceId:
          slice(reader, end, this.#traceId);
          break;
        case LOG.spanId:
          slice(reader, end, this.#spanId);
          break;
        case LOG.eventName:
          slice(reader, end, this.#eventName);
          break;
        default:
          if (tag === SPAN_TRACE_ID) this.#looksLikeSpan = true;
          reader.skip(tag, end);
      }
    }
  }

  #write(reader: WireReader, end: number, writer: RecordWriter): void {
    const rows = writer.target;
    this.#id(reader, this.#traceId, 16, writer);
    this.#id(reader, this.#spanId, 8, writer);
    rows.zeros(8);
    rows.varint(0);
    rows.uint32(this.#flags);
    rows.copyString(reader.view, this.#eventName.start, this.#eventName.end);
    rows.uint32(0);
    writeTime(reader, this.#time, writer);
    writeTime(reader, this.#observedTime, writer);
    rows.uint32(this.#severityNumber);
    rows.copyString(reader.view, this.#severityText.start, this.#severityText.end);
    reader.position = this.#body.start;
    writeProtobufValue(reader, this.#body.end, writer, BODY);
    writer.endBody();
    this.#attributes.write(reader, this.#positions, end, writer);
    rows.uint32(this.#dropped);
    rows.raw(NO_NESTED, 0, NO_NESTED.length);
  }

  #id(reader: WireReader, id: Slice, size: number, writer: RecordWriter): void {
    if (id.end - id.start === size && !allZero(reader, id)) writer.target.copy(reader.view, id.start, id.end);
    else writer.target.zeros(size);
  }
}
