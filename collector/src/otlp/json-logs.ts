import { BODY } from './attribute-keys.ts';
import { type EnvelopeNames, rawRecord } from './json-envelope.ts';
import { enumField, hexField, int32Field, type JsonObject, stringField, uint64Field } from './json-fields.ts';
import { writeJsonAttributes, writeJsonValue } from './json-value.ts';
import { NO_NESTED, SIGNAL_NUMBER } from './record-layout.ts';
import type { RecordWriter } from './record-writer.ts';
import type { TranscodeSession } from './transcode.ts';

/** Names of the envelopes of logs. */
export const LOG_ENVELOPE: EnvelopeNames = {
  resources: 'resourceLogs',
  scopes: 'scopeLogs',
  records: 'logRecords',
  signal: SIGNAL_NUMBER.logs,
  path: '/v1/logs',
};

const SEVERITY_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
/** Names of the severities by their numbers. */
export const SEVERITIES: readonly string[] = [
  'SEVERITY_NUMBER_UNSPECIFIED',
  ...SEVERITY_LEVELS.flatMap((level) => ['', '2', '3', '4'].map((step) => `SEVERITY_NUMBER_${level}${step}`)),
];

/** Writes one log record of OTLP/JSON as a row, the same as the protobuf walk writes it. */
export function walkJsonLog(record: JsonObject, session: TranscodeSession): void {
  const { writer } = session;
  const rows = writer.target;
  writeId(hexField(record['traceId'], 'traceId'), 16, writer);
  writeId(hexField(record['spanId'], 'spanId'), 8, writer);
  rows.zeros(8);
  rows.varint(0);
  rows.uint32(int32Field(record['flags'], 'flags'));
  rows.text(stringField(record['eventName'], 'eventName'));
  rows.uint32(0);
  rows.bigUint64(uint64Field(record['timeUnixNano'], 'timeUnixNano'));
  rows.bigUint64(uint64Field(record['observedTimeUnixNano'], 'observedTimeUnixNano'));
  rows.uint32(enumField(record['severityNumber'], 'severityNumber', SEVERITIES));
  rows.text(stringField(record['severityText'], 'severityText'));
  writeJsonValue(record['body'], 'body', writer, BODY);
  writer.endBody();
  writeJsonAttributes(record['attributes'], 'attributes', writer);
  writer.endAttributes();
  rows.uint32(int32Field(record['droppedAttributesCount'], 'droppedAttributesCount'));
  rows.raw(NO_NESTED, 0, NO_NESTED.length);
  session.finishRow(SIGNAL_NUMBER.logs, () => rawRecord(record));
}

function writeId(id: Uint8Array, size: number, writer: RecordWriter): void {
  if (id.length === size && id.some((byte) => byte !== 0)) writer.target.raw(id, 0, size);
  else writer.target.zeros(size);
}
