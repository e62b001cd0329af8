import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type ExportLogsServiceRequest,
  ExportLogsServiceRequestSchema,
} from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import {
  type ExportTraceServiceRequest,
  ExportTraceServiceRequestSchema,
} from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type { InstrumentationScopeSchema } from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import type { LogRecordSchema, SeverityNumber } from '../otlp/generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import type { ResourceSchema } from '../otlp/generated/opentelemetry/proto/resource/v1/resource_pb.ts';
import type {
  Span_SpanKind,
  SpanSchema,
  Status_StatusCode,
} from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import * as read from './otlp-json-reader.ts';

// Reads hostile OTLP/JSON with JSON.parse. Parsers differ on such bodies; these are the rules:
// - Absent fields and null are the default. Of equal names in an object the last counts. Unknown fields are ignored.
// - A field of another type than its own rejects its record; in an envelope, a resource or a scope it refuses the body.
// - Integers are numbers without a fraction or decimal strings, exact to 64 bits; enums also go by name; ids are hex of any case.
// - Doubles are numbers, or strings that hold one. Bytes are base64, standard or for URLs.
// - Of attributes with one key only the last is looked into. Of the fields of a value the first one of `VALUE_FIELDS` counts.
// - Values are nested 100 levels deep at most. A lone surrogate becomes its JSON escape, since UTF-8 can't hold it.

/** A record alone in its envelopes; undefined where it must be rejected for its form. */
export type JsonRecord = ExportTraceServiceRequest | ExportLogsServiceRequest | undefined;

type Span = MessageInitShape<typeof SpanSchema>;
type Log = MessageInitShape<typeof LogRecordSchema>;

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
  (name) => `SPAN_KIND_${name}`,
);
const CODES = ['UNSET', 'OK', 'ERROR'].map((name) => `STATUS_CODE_${name}`);
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const SEVERITIES = ['UNSPECIFIED', ...LEVELS.flatMap((level) => [level, `${level}2`, `${level}3`, `${level}4`])].map(
  (name) => `SEVERITY_NUMBER_${name}`,
);
const BODIES = ['resourceSpans', 'resourceLogs', 'resourceMetrics', 'resourceProfiles'];

/** The records of a body, in order; undefined where the whole body must be refused. */
export function jsonRecordsOf(signal: 'traces' | 'logs', body: Uint8Array): JsonRecord[] | undefined {
  try {
    return recordsOf(signal === 'traces', read.parse(body));
  } catch (thrown) {
    if (thrown instanceof read.FieldFault || thrown instanceof SyntaxError || thrown instanceof TypeError)
      return undefined;
    throw thrown;
  }
}

function recordsOf(traces: boolean, root: read.Json): JsonRecord[] {
  const own = traces ? 'resourceSpans' : 'resourceLogs';
  if (!read.isObject(root)) throw new read.FieldFault();
  if (root[own] === undefined && BODIES.some((name) => root[name] !== undefined)) throw new read.FieldFault();
  return read.listOf(root[own]).flatMap((item) => {
    const envelope = read.objectOf(item);
    const around = { resource: resourceOf(envelope['resource']), schemaUrl: read.textOf(envelope['schemaUrl']) };
    return read.listOf(envelope[traces ? 'scopeSpans' : 'scopeLogs']).flatMap((part) => {
      const inner = read.objectOf(part);
      const inside = { scope: scopeOf(inner['scope']), schemaUrl: read.textOf(inner['schemaUrl']) };
      return read.listOf(inner[traces ? 'spans' : 'logRecords']).map((json): JsonRecord => {
        if (traces) {
          const span = attempt(() => spanOf(read.objectOf(json)));
          const resourceSpans = span && [{ ...around, scopeSpans: [{ ...inside, spans: [span] }] }];
          return resourceSpans && create(ExportTraceServiceRequestSchema, { resourceSpans });
        }
        const log = attempt(() => logOf(read.objectOf(json)));
        const resourceLogs = log && [{ ...around, scopeLogs: [{ ...inside, logRecords: [log] }] }];
        return resourceLogs && create(ExportLogsServiceRequestSchema, { resourceLogs });
      });
    });
  });
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof read.FieldFault) return undefined;
    throw thrown;
  }
}

function attributed(json: read.JsonFields): Pick<Span, 'attributes' | 'droppedAttributesCount'> {
  return {
    attributes: read.attributesOf(json['attributes']),
    droppedAttributesCount: read.int32Of(json['droppedAttributesCount']),
  };
}

function resourceOf(json: read.Json): MessageInitShape<typeof ResourceSchema> {
  return attributed(read.objectOf(json));
}

function scopeOf(json: read.Json): MessageInitShape<typeof InstrumentationScopeSchema> {
  const scope = read.objectOf(json);
  return { name: read.textOf(scope['name']), version: read.textOf(scope['version']), ...attributed(scope) };
}

function spanOf(json: read.JsonFields): Span {
  const status = read.objectOf(json['status']);
  return {
    traceId: read.idOf(json['traceId']),
    spanId: read.idOf(json['spanId']),
    parentSpanId: read.idOf(json['parentSpanId']),
    traceState: read.textOf(json['traceState']),
    flags: read.int32Of(json['flags']),
    name: read.textOf(json['name']),
    kind: read.enumOf(json['kind'], KINDS) as Span_SpanKind,
    startTimeUnixNano: read.uint64Of(json['startTimeUnixNano']),
    endTimeUnixNano: read.uint64Of(json['endTimeUnixNano']),
    status: { code: read.enumOf(status['code'], CODES) as Status_StatusCode, message: read.textOf(status['message']) },
    ...attributed(json),
    events: read
      .listOf(json['events'])
      .map(read.objectOf)
      .map((event) => ({
        timeUnixNano: read.uint64Of(event['timeUnixNano']),
        name: read.textOf(event['name']),
        ...attributed(event),
      })),
    droppedEventsCount: read.int32Of(json['droppedEventsCount']),
    links: read
      .listOf(json['links'])
      .map(read.objectOf)
      .map((link) => ({
        traceId: read.idOf(link['traceId']),
        spanId: read.idOf(link['spanId']),
        traceState: read.textOf(link['traceState']),
        flags: read.int32Of(link['flags']),
        ...attributed(link),
      })),
    droppedLinksCount: read.int32Of(json['droppedLinksCount']),
  };
}

function logOf(json: read.JsonFields): Log {
  return {
    traceId: read.idOf(json['traceId']),
    spanId: read.idOf(json['spanId']),
    flags: read.int32Of(json['flags']),
    eventName: read.textOf(json['eventName']),
    timeUnixNano: read.uint64Of(json['timeUnixNano']),
    observedTimeUnixNano: read.uint64Of(json['observedTimeUnixNano']),
    severityNumber: read.enumOf(json['severityNumber'], SEVERITIES) as SeverityNumber,
    severityText: read.textOf(json['severityText']),
    body: read.anyValueOf(json['body']),
    ...attributed(json),
  };
}
