import { type EnvelopeNames, rawRecord } from './json-envelope.ts';
import {
  enumField,
  hexField,
  int32Field,
  type JsonObject,
  listField,
  objectField,
  stringField,
  uint64Field,
} from './json-fields.ts';
import { writeJsonAttributes } from './json-value.ts';
import { spanIdFault } from './record-checks.ts';
import { NO_BODY, SIGNAL_NUMBER } from './record-layout.ts';
import type { RecordWriter } from './record-writer.ts';
import type { TranscodeSession } from './transcode.ts';

/** Names of the envelopes of traces. */
export const SPAN_ENVELOPE: EnvelopeNames = {
  resources: 'resourceSpans',
  scopes: 'scopeSpans',
  records: 'spans',
  signal: SIGNAL_NUMBER.traces,
  path: '/v1/traces',
};

/** Names of the kinds and of the status codes, by their numbers. */
export const SPAN_KINDS: readonly string[] = [
  'UNSPECIFIED',
  'INTERNAL',
  'SERVER',
  'CLIENT',
  'PRODUCER',
  'CONSUMER',
].map((name) => `SPAN_KIND_${name}`);
export const STATUS_CODES: readonly string[] = ['UNSET', 'OK', 'ERROR'].map((name) => `STATUS_CODE_${name}`);

/** Writes one span of OTLP/JSON as a row, the same as the protobuf walk writes it. */
export function walkJsonSpan(span: JsonObject, session: TranscodeSession): void {
  const { writer } = session;
  const traceId = hexField(span['traceId'], 'traceId');
  const spanId = hexField(span['spanId'], 'spanId');
  const parentSpanId = hexField(span['parentSpanId'], 'parentSpanId');
  const fault = spanIdFault(traceId.length, allZero(traceId), spanId.length, allZero(spanId), parentSpanId.length);
  if (fault !== undefined) {
    session.reject(SIGNAL_NUMBER.traces, rawRecord(span), fault);
    return;
  }
  const rows = writer.target;
  rows.raw(traceId, 0, 16);
  rows.raw(spanId, 0, 8);
  if (parentSpanId.length === 0) rows.zeros(8);
  else rows.raw(parentSpanId, 0, 8);
  rows.text(stringField(span['traceState'], 'traceState'));
  rows.uint32(int32Field(span['flags'], 'flags'));
  rows.text(stringField(span['name'], 'name'));
  rows.uint32(enumField(span['kind'], 'kind', SPAN_KINDS));
  rows.bigUint64(uint64Field(span['startTimeUnixNano'], 'startTimeUnixNano'));
  rows.bigUint64(uint64Field(span['endTimeUnixNano'], 'endTimeUnixNano'));
  const status = objectField(span['status'], 'status');
  rows.uint32(enumField(status['code'], 'status.code', STATUS_CODES));
  rows.text(stringField(status['message'], 'status.message'));
  rows.raw(NO_BODY, 0, NO_BODY.length);
  writeJsonAttributes(span['attributes'], 'attributes', writer);
  writer.endAttributes();
  rows.uint32(int32Field(span['droppedAttributesCount'], 'droppedAttributesCount'));
  writeEvents(objects(span['events'], 'events'), writer);
  rows.uint32(int32Field(span['droppedEventsCount'], 'droppedEventsCount'));
  writeJsonLinks(span['links'], writer);
  rows.uint32(int32Field(span['droppedLinksCount'], 'droppedLinksCount'));
  session.finishRow(SIGNAL_NUMBER.traces, () => rawRecord(span));
}

function allZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function objects(value: unknown, field: string): JsonObject[] {
  return listField(value, field).map((item) => objectField(item, field));
}

function writeEvents(events: readonly JsonObject[], writer: RecordWriter): void {
  const rows = writer.target;
  rows.varint(events.length);
  for (const event of events) rows.bigUint64(uint64Field(event['timeUnixNano'], 'events.timeUnixNano'));
  rows.varint(events.length);
  for (const event of events) rows.text(stringField(event['name'], 'events.name'));
  writeLists(events, 'events.attributes', writer);
}

/** Writes a span's links as columns of arrays that run parallel. */
export function writeJsonLinks(list: unknown, writer: RecordWriter): void {
  const links = objects(list, 'links');
  const rows = writer.target;
  for (const field of ['traceId', 'spanId']) {
    rows.varint(links.length);
    for (const link of links) {
      const id = hexField(link[field], `links.${field}`);
      rows.string(id, 0, id.length);
    }
  }
  rows.varint(links.length);
  for (const link of links) rows.text(stringField(link['traceState'], 'links.traceState'));
  rows.varint(links.length);
  for (const link of links) rows.uint32(int32Field(link['flags'], 'links.flags'));
  writeLists(links, 'links.attributes', writer);
}

/** Attributes, kinds and dropped counts of events or links. */
function writeLists(items: readonly JsonObject[], field: string, writer: RecordWriter): void {
  const rows = writer.target;
  writer.beginLists(items.length);
  for (const item of items) {
    writeJsonAttributes(item['attributes'], field, writer);
    writer.endList();
  }
  writer.endLists();
  rows.varint(items.length);
  for (const item of items) rows.uint32(int32Field(item['droppedAttributesCount'], `${field} dropped`));
}
