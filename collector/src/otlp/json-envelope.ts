import { InputError } from '../errors.ts';
import { arrayField, int32Field, type JsonObject, objectField, stringField } from './json-fields.ts';
import { parseJson } from './json-text.ts';
import { writeJsonAttributes } from './json-value.ts';
import type { RecordWriter } from './record-writer.ts';
import { type TranscodeSession, WrongSignalError } from './transcode.ts';

/** Walks one record of OTLP/JSON. */
export type JsonRecordWalker = (record: JsonObject, session: TranscodeSession) => void;

/** Names of the fields that traces and logs have for the same envelopes. */
export interface EnvelopeNames {
  readonly resources: 'resourceSpans' | 'resourceLogs';
  readonly scopes: 'scopeSpans' | 'scopeLogs';
  readonly records: 'spans' | 'logRecords';
  readonly signal: number;
  readonly path: string;
}

const OTHER_SIGNALS: ReadonlyMap<string, string> = new Map([
  ['resourceSpans', 'spans'],
  ['resourceLogs', 'log records'],
  ['resourceMetrics', 'metrics'],
  ['resourceProfiles', 'profiles'],
]);

/**
 * Walks the envelopes of an OTLP/JSON body. Unknown fields are ignored, as the protocol asks.
 *
 * @throws InputError where the body is no JSON or an envelope has a wrong type; a record with a wrong type is rejected alone.
 */
export function walkJsonBody(
  body: Uint8Array,
  names: EnvelopeNames,
  session: TranscodeSession,
  walk: JsonRecordWalker,
): void {
  const request = parseJson(body);
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new InputError('MALFORMED_JSON', 'the body must be a JSON object');
  }
  const root = request as JsonObject;
  for (const [field, holds] of OTHER_SIGNALS) {
    if (field !== names.resources && root[field] !== undefined && root[names.resources] === undefined) {
      throw new WrongSignalError(holds, names.path);
    }
  }
  for (const item of arrayField(root[names.resources], names.resources)) {
    walkResource(objectField(item, names.resources), names, session, walk);
  }
}

function walkResource(
  envelope: JsonObject,
  names: EnvelopeNames,
  session: TranscodeSession,
  walk: JsonRecordWalker,
): void {
  writeJsonResource(envelope['resource'], envelope['schemaUrl'], session.writer);
  for (const item of arrayField(envelope[names.scopes], names.scopes)) {
    walkScope(objectField(item, names.scopes), names, session, walk);
  }
}

function walkScope(
  envelope: JsonObject,
  names: EnvelopeNames,
  session: TranscodeSession,
  walk: JsonRecordWalker,
): void {
  writeJsonScope(envelope['scope'], envelope['schemaUrl'], session.writer);
  for (const record of arrayField(envelope[names.records], names.records)) {
    session.writer.beginRow(names.signal);
    walkJsonRecord(record, names, session, walk);
  }
}

/** Writes the fields of a resource and its envelope's schema URL. */
export function writeJsonResource(json: unknown, schemaUrl: unknown, writer: RecordWriter): void {
  const resource = objectField(json, 'resource');
  writer.beginResource();
  writeJsonAttributes(resource['attributes'], 'resource.attributes', writer);
  writer.endAttributes();
  writer.target.uint32(int32Field(resource['droppedAttributesCount'], 'resource.droppedAttributesCount'));
  writer.target.text(stringField(schemaUrl, 'schemaUrl'));
  writer.endShared();
}

/** Writes the fields of a scope and its envelope's schema URL. */
export function writeJsonScope(json: unknown, schemaUrl: unknown, writer: RecordWriter): void {
  const scope = objectField(json, 'scope');
  writer.beginScope();
  writer.target.text(stringField(scope['name'], 'scope.name'));
  writer.target.text(stringField(scope['version'], 'scope.version'));
  writeJsonAttributes(scope['attributes'], 'scope.attributes', writer);
  writer.endAttributes();
  writer.target.uint32(int32Field(scope['droppedAttributesCount'], 'scope.droppedAttributesCount'));
  writer.target.text(stringField(schemaUrl, 'schemaUrl'));
  writer.endShared();
}

/** Walks a record whose row was begun: ends the row, or rejects the record for what is wrong with it. */
export function walkJsonRecord(
  record: unknown,
  names: EnvelopeNames,
  session: TranscodeSession,
  walk: JsonRecordWalker,
): void {
  try {
    walk(objectField(record, names.records), session);
  } catch (thrown) {
    session.writer.offering = true;
    session.rejectFor(thrown, names.signal, rawRecord(record));
  }
}

/** The record as JSON again, for `rejects`; null where it is nested too deep to be written. */
export function rawRecord(record: unknown): Uint8Array {
  const plainBigint = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
  try {
    return Buffer.from(JSON.stringify(record, plainBigint) ?? 'null');
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return Buffer.from('null');
  }
}
