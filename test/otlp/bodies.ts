import { create, type MessageInitShape, toBinary as toBytes, toJson } from '@bufbuild/protobuf';
import {
  type ExportLogsServiceRequest,
  ExportLogsServiceRequestSchema,
} from './generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import {
  type ExportTraceServiceRequest,
  ExportTraceServiceRequestSchema,
} from './generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { type LogRecord, LogRecordSchema } from './generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import { type Span, SpanSchema } from './generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { type Attributes, anyValue, keyValues, type Value } from './values.ts';

/** A message of OTLP that can be sent. */
export type OtlpRequest = ExportTraceServiceRequest | ExportLogsServiceRequest;

/** What stands around the spans or records of a body. */
export interface Envelope {
  /** Resource attributes; default `service.name` = `test`. */
  readonly resource?: Attributes;
  /** Scope name; default `test-scope`. */
  readonly scopeName?: string;
  readonly scopeVersion?: string;
  readonly scopeAttributes?: Attributes;
  readonly resourceSchemaUrl?: string;
  readonly scopeSchemaUrl?: string;
}

/** A span as tests write it: hex ids, plain attributes, any other field of the message as it is. */
export type SpanInit = Omit<
  MessageInitShape<typeof SpanSchema>,
  'traceId' | 'spanId' | 'parentSpanId' | 'attributes' | '$typeName'
> & {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly attributes?: Attributes;
};

/** A log record as tests write it: hex ids, plain attributes and body. */
export type LogInit = Omit<
  MessageInitShape<typeof LogRecordSchema>,
  'traceId' | 'spanId' | 'attributes' | 'body' | '$typeName'
> & {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes?: Attributes;
  readonly body?: Value;
};

/** 12 January 2026, noon UTC, in nanoseconds with an odd last digit, so that a lost digit shows. */
export const TEST_TIME: bigint = 1_768_219_200_000_000_003n;

/** The bytes of a hex string; '' gives none. */
export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** A random valid id: 16 bytes for a trace (the default), 8 for a span. */
export function randomId(bytes: 16 | 8 = 16): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
}

/** A Span message: fresh ids, kind internal, one millisecond long unless told otherwise. */
export function span(init: SpanInit = {}): Span {
  const { traceId = randomId(), spanId = randomId(8), parentSpanId = '', attributes = {}, ...rest } = init;
  return create(SpanSchema, {
    name: 'test span',
    kind: 1,
    startTimeUnixNano: TEST_TIME,
    endTimeUnixNano: TEST_TIME + 1_000_000n,
    ...rest,
    traceId: bytesOfHex(traceId),
    spanId: bytesOfHex(spanId),
    parentSpanId: bytesOfHex(parentSpanId),
    attributes: keyValues(attributes),
  });
}

/** A LogRecord message; no ids, body `test record` unless told otherwise. */
export function logRecord(init: LogInit = {}): LogRecord {
  const { traceId = '', spanId = '', attributes = {}, body = 'test record', ...rest } = init;
  return create(LogRecordSchema, {
    timeUnixNano: TEST_TIME,
    observedTimeUnixNano: TEST_TIME,
    severityNumber: 9,
    ...rest,
    traceId: bytesOfHex(traceId),
    spanId: bytesOfHex(spanId),
    attributes: keyValues(attributes),
    body: anyValue(body),
  });
}

/** One ResourceSpans with one ScopeSpans that holds the spans. */
export function traceBody(spans: readonly (SpanInit | Span)[], envelope: Envelope = {}): ExportTraceServiceRequest {
  const scopeSpans = [{ ...scopeOf(envelope), spans: spans.map((one) => ('$typeName' in one ? one : span(one))) }];
  return create(ExportTraceServiceRequestSchema, { resourceSpans: [{ ...resourceOf(envelope), scopeSpans }] });
}

/** One ResourceLogs with one ScopeLogs that holds the records. */
export function logBody(records: readonly (LogInit | LogRecord)[], envelope: Envelope = {}): ExportLogsServiceRequest {
  const logRecords = records.map((one) => ('$typeName' in one ? one : logRecord(one)));
  const scopeLogs = [{ ...scopeOf(envelope), logRecords }];
  return create(ExportLogsServiceRequestSchema, { resourceLogs: [{ ...resourceOf(envelope), scopeLogs }] });
}

/** The protobuf body. */
export function toBinary(request: OtlpRequest): Uint8Array<ArrayBuffer> {
  return request.$typeName.endsWith('TraceServiceRequest')
    ? toBytes(ExportTraceServiceRequestSchema, request as ExportTraceServiceRequest)
    : toBytes(ExportLogsServiceRequestSchema, request as ExportLogsServiceRequest);
}

/** The body as an OTLP/JSON value: ids in hex, enums as integers, int64 as strings, other bytes in base64. */
export function toOtlpJson(request: OtlpRequest): unknown {
  const options = { enumAsInteger: true };
  return request.$typeName.endsWith('TraceServiceRequest')
    ? hexIds(toJson(ExportTraceServiceRequestSchema, request as ExportTraceServiceRequest, options))
    : hexIds(toJson(ExportLogsServiceRequestSchema, request as ExportLogsServiceRequest, options));
}

/** The text of `toOtlpJson`. */
export function toOtlpJsonText(request: OtlpRequest): string {
  return JSON.stringify(toOtlpJson(request));
}

const ID_FIELDS: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);

// Attribute keys are values of `key` in OTLP/JSON, never names, so that a name met here is always the field.
function hexIds(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(hexIds);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) =>
      ID_FIELDS.has(name) ? [name, Buffer.from(String(value), 'base64').toString('hex')] : [name, hexIds(value)],
    ),
  );
}

function resourceOf(envelope: Envelope) {
  return {
    resource: { attributes: keyValues(envelope.resource ?? { 'service.name': 'test' }) },
    schemaUrl: envelope.resourceSchemaUrl ?? '',
  };
}

function scopeOf(envelope: Envelope) {
  return {
    scope: {
      name: envelope.scopeName ?? 'test-scope',
      version: envelope.scopeVersion ?? '',
      attributes: keyValues(envelope.scopeAttributes ?? {}),
    },
    schemaUrl: envelope.scopeSchemaUrl ?? '',
  };
}
