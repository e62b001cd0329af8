import { Positions } from './positions.ts';
import type { AttributeList } from './protobuf-attributes.ts';
import type { RecordWriter } from './record-writer.ts';
import type { TranscodeSession } from './transcode.ts';
import { WIRE, WireReader } from './wire-reader.ts';

const LENGTH = WIRE.length;
/** ExportTraceServiceRequest.resource_spans, ExportLogsServiceRequest.resource_logs. */
const RESOURCE_ENVELOPE = (1 << 3) | LENGTH;
/** ResourceSpans / ResourceLogs: resource, scope envelopes, schema URL. */
const RESOURCE = (1 << 3) | LENGTH;
const SCOPE_ENVELOPE = (2 << 3) | LENGTH;
const SCHEMA_URL = (3 << 3) | LENGTH;
/** ScopeSpans / ScopeLogs: scope, records, schema URL. */
const SCOPE = (1 << 3) | LENGTH;
const RECORD = (2 << 3) | LENGTH;
/** Resource: attributes, dropped count. */
const RESOURCE_ATTRIBUTES = (1 << 3) | LENGTH;
const RESOURCE_DROPPED = (2 << 3) | WIRE.varint;
/** InstrumentationScope: name, version, attributes, dropped count. */
const SCOPE_NAME = (1 << 3) | LENGTH;
const SCOPE_VERSION = (2 << 3) | LENGTH;
const SCOPE_ATTRIBUTES = (3 << 3) | LENGTH;
const SCOPE_DROPPED = (4 << 3) | WIRE.varint;

/** Walks one record message; the reader stands at its start. */
export interface RecordWalker {
  walk(reader: WireReader, end: number, session: TranscodeSession): void;
}

/**
 * Walks the envelopes that traces and logs share: resources, scopes, records. A resource's and a scope's fields may stand after their
 * records on the wire, so each envelope is looked through once for them before its records are walked.
 *
 * @throws WireError where the envelopes themselves are malformed; the whole request is then refused.
 */
export class EnvelopeWalker {
  readonly #attributes: AttributeList;
  readonly #positions = new Positions();

  constructor(attributes: AttributeList) {
    this.#attributes = attributes;
  }

  walk(body: Uint8Array, session: TranscodeSession, records: RecordWalker): void {
    const reader = new WireReader(body);
    const end = body.byteLength;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag !== RESOURCE_ENVELOPE) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.lengthEnd(end);
      this.#resourceEnvelope(reader, stop, session, records);
      reader.position = stop;
    }
  }

  #resourceEnvelope(reader: WireReader, end: number, session: TranscodeSession, records: RecordWalker): void {
    const start = reader.position;
    this.#attributes.beginRecord();
    session.writer.beginResource();
    this.#resource(reader, end, session.writer);
    session.writer.endShared();
    reader.position = start;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag !== SCOPE_ENVELOPE) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.lengthEnd(end);
      this.#scopeEnvelope(reader, stop, session, records);
      reader.position = stop;
    }
  }

  #scopeEnvelope(reader: WireReader, end: number, session: TranscodeSession, records: RecordWalker): void {
    const start = reader.position;
    session.writer.beginScope();
    this.#scope(reader, end, session.writer);
    session.writer.endShared();
    reader.position = start;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag !== RECORD) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.lengthEnd(end);
      this.#attributes.beginRecord();
      records.walk(reader, stop, session);
      reader.position = stop;
    }
  }

  /** Resource attributes, their kinds, dropped count, schema URL. Of several resource fields all count, as protobuf merges them. */
  #resource(reader: WireReader, end: number, writer: RecordWriter): void {
    this.#positions.clear();
    let dropped = 0;
    let urlStart = 0;
    let urlEnd = 0;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === RESOURCE) {
        const stop = reader.lengthEnd(end);
        while (reader.position < stop) {
          const inner = reader.tag(stop);
          if (inner === RESOURCE_DROPPED) {
            dropped = reader.varint32(stop);
          } else {
            if (inner === RESOURCE_ATTRIBUTES) this.#positions.push(reader.position);
            reader.skip(inner, stop);
          }
        }
      } else if (tag === SCHEMA_URL) {
        urlEnd = reader.lengthEnd(end);
        urlStart = reader.position;
        reader.position = urlEnd;
      } else {
        reader.skip(tag, end);
      }
    }
    this.#attributes.write(reader, this.#positions, end, writer);
    writer.target.uint32(dropped);
    writer.target.copyString(reader.view, urlStart, urlEnd);
  }

  /** Scope name, version, attributes, their kinds, dropped count, schema URL. */
  #scope(reader: WireReader, end: number, writer: RecordWriter): void {
    this.#positions.clear();
    const name: Slice = { start: 0, end: 0 };
    const version: Slice = { start: 0, end: 0 };
    const url: Slice = { start: 0, end: 0 };
    let dropped = 0;
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === SCOPE) {
        const stop = reader.lengthEnd(end);
        while (reader.position < stop) {
          const inner = reader.tag(stop);
          if (inner === SCOPE_NAME) slice(reader, stop, name);
          else if (inner === SCOPE_VERSION) slice(reader, stop, version);
          else if (inner === SCOPE_DROPPED) dropped = reader.varint32(stop);
          else {
            if (inner === SCOPE_ATTRIBUTES) this.#positions.push(reader.position);
            reader.skip(inner, stop);
          }
        }
      } else if (tag === SCHEMA_URL) {
        slice(reader, end, url);
      } else {
        reader.skip(tag, end);
      }
    }
    writer.target.copyString(reader.view, name.start, name.end);
    writer.target.copyString(reader.view, version.start, version.end);
    this.#attributes.write(reader, this.#positions, end, writer);
    writer.target.uint32(dropped);
    writer.target.copyString(reader.view, url.start, url.end);
  }
}

/** Bounds of a field's bytes in the body. */
export interface Slice {
  start: number;
  end: number;
}

/** Reads a length-delimited field's bounds into `into` and steps over it. */
export function slice(reader: WireReader, end: number, into: Slice): void {
  into.end = reader.lengthEnd(end);
  into.start = reader.position;
  reader.position = into.end;
}
