import type { ExportLogsServiceRequest } from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import type { ExportTraceServiceRequest } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type { InstrumentationScope, KeyValue } from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import type { LogRecord } from '../otlp/generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import type { Resource } from '../otlp/generated/opentelemetry/proto/resource/v1/resource_pb.ts';
import type { Span } from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { RECEIVED_AT, TENANT } from '../otlp/transcoding.ts';
import { bytesOf, digested, type Listed, listed, textOf } from './otlp-reference.ts';

/** Types of canonical fields; those with an s are arrays. A `hex` is bytes, printed in hex; `hexes` have no fixed length. */
type Type = 'u8' | 'u32' | 'i32' | 'u64' | 'text' | 'hex' | 'map' | 'u32s' | 'u64s' | 'texts' | 'hexes' | 'maps';

/** A canonical field as the ledger's format asks for it: value as the engine prints it in JSON. */
export interface Expected {
  readonly name: string;
  readonly type: Type;
  readonly value: unknown;
}

const hex = (bytes: Uint8Array, size?: number): string =>
  Buffer.from(bytes)
    .toString('hex')
    .padEnd((size ?? 0) * 2, '0');
const valid = (id: Uint8Array, size: number): Uint8Array => (id.length === size ? id : new Uint8Array());
const pairs = ({ keys, values }: Listed): unknown => [keys, values];

/** The canonical fields of each span, in the order of the request. */
export function expectedSpans(request: ExportTraceServiceRequest): Expected[][] {
  return request.resourceSpans.flatMap(({ resource, schemaUrl, scopeSpans }) =>
    scopeSpans.flatMap((part) =>
      part.spans.map((span) => [...spanFields(span), ...sharedFields(resource, schemaUrl, part.scope, part.schemaUrl)]),
    ),
  );
}

/** The canonical fields of each log record. */
export function expectedLogs(request: ExportLogsServiceRequest): Expected[][] {
  return request.resourceLogs.flatMap(({ resource, schemaUrl, scopeLogs }) =>
    scopeLogs.flatMap((part) =>
      part.logRecords.map((record) => [
        ...logFields(record),
        ...sharedFields(resource, schemaUrl, part.scope, part.schemaUrl),
      ]),
    ),
  );
}

function spanFields(span: Span): Expected[] {
  return [
    field('tenant', 'text', TENANT),
    field('signal', 'u8', 1),
    field('trace_id', 'hex', hex(span.traceId)),
    field('span_id', 'hex', hex(span.spanId)),
    field('parent_span_id', 'hex', hex(span.parentSpanId, 8)),
    field('trace_state', 'text', span.traceState),
    field('flags', 'u32', span.flags),
    field('name', 'text', span.name),
    field('kind', 'i32', span.kind),
    field('start_time_unix_nano', 'u64', span.startTimeUnixNano),
    field('end_time_unix_nano', 'u64', span.endTimeUnixNano),
    field('status_code', 'i32', span.status?.code ?? 0),
    field('status_message', 'text', span.status?.message ?? ''),
    field('body', 'text', ''),
    field('body_kind', 'hex', hex(Buffer.from('e'))),
    ...attributeFields('', span),
    ...events(span),
    ...links(span),
  ];
}

function logFields(record: LogRecord): Expected[] {
  const [kind, text] = digested(textOf(record.body));
  return [
    field('tenant', 'text', TENANT),
    field('signal', 'u8', 2),
    field('trace_id', 'hex', hex(valid(record.traceId, 16), 16)),
    field('span_id', 'hex', hex(valid(record.spanId, 8), 8)),
    field('parent_span_id', 'hex', hex(new Uint8Array(8))),
    field('trace_state', 'text', ''),
    field('flags', 'u32', record.flags),
    field('name', 'text', record.eventName),
    field('kind', 'i32', 0),
    field('start_time_unix_nano', 'u64', record.timeUnixNano),
    field('end_time_unix_nano', 'u64', record.observedTimeUnixNano),
    field('status_code', 'i32', record.severityNumber),
    field('status_message', 'text', record.severityText),
    field('body', 'text', text),
    field('body_kind', 'hex', hex(Buffer.from(kind))),
    ...attributeFields('', record),
    ...events({ events: [], droppedEventsCount: 0 }),
    ...links({ links: [], droppedLinksCount: 0 }),
  ];
}

function events({ events, droppedEventsCount }: Pick<Span, 'events' | 'droppedEventsCount'>): Expected[] {
  return [
    field(
      'events.time_unix_nano',
      'u64s',
      events.map((event) => event.timeUnixNano),
    ),
    field(
      'events.name',
      'texts',
      events.map((event) => event.name),
    ),
    ...listFields('events', events),
    field('dropped_events_count', 'u32', droppedEventsCount),
  ];
}

function links({ links, droppedLinksCount }: Pick<Span, 'links' | 'droppedLinksCount'>): Expected[] {
  return [
    field(
      'links.trace_id',
      'hexes',
      links.map((link) => hex(link.traceId)),
    ),
    field(
      'links.span_id',
      'hexes',
      links.map((link) => hex(link.spanId)),
    ),
    field(
      'links.trace_state',
      'texts',
      links.map((link) => link.traceState),
    ),
    field(
      'links.flags',
      'u32s',
      links.map((link) => link.flags),
    ),
    ...listFields('links', links),
    field('dropped_links_count', 'u32', droppedLinksCount),
  ];
}

interface Attributed {
  readonly attributes: KeyValue[];
  readonly droppedAttributesCount: number;
}

function attributeFields(prefix: string, of: Attributed | undefined): Expected[] {
  const list = listed(of?.attributes);
  return [
    field(`${prefix}attributes`, 'map', pairs(list)),
    field(`${prefix}attribute_kinds`, 'text', list.kinds),
    field(
      prefix === '' ? 'dropped_attributes_count' : `${prefix}dropped_attributes_count`,
      'u32',
      of?.droppedAttributesCount ?? 0,
    ),
  ];
}

function listFields(prefix: string, items: readonly Attributed[]): Expected[] {
  const lists = items.map((item) => listed(item.attributes, true));
  return [
    field(`${prefix}.attributes`, 'maps', lists.map(pairs)),
    field(
      `${prefix}.attribute_kinds`,
      'texts',
      lists.map((list) => list.kinds),
    ),
    field(
      `${prefix}.dropped_attributes_count`,
      'u32s',
      items.map((item) => item.droppedAttributesCount),
    ),
  ];
}

function sharedFields(
  resource: Resource | undefined,
  resourceUrl: string,
  scope: InstrumentationScope | undefined,
  scopeUrl: string,
): Expected[] {
  return [
    ...attributeFields('resource_', resource),
    field('resource_schema_url', 'text', resourceUrl),
    field('scope_name', 'text', scope?.name ?? ''),
    field('scope_version', 'text', scope?.version ?? ''),
    ...attributeFields('scope_', scope),
    field('scope_schema_url', 'text', scopeUrl),
  ];
}

function field(name: string, type: Type, value: unknown): Expected {
  const printed = (one: unknown): unknown => (typeof one === 'bigint' ? one.toString() : one);
  return { name, type, value: Array.isArray(value) ? value.map(printed) : printed(value) };
}

/** Canonical bytes: the header of version 1, then the fields in RowBinary. */
export function canonicalBytes(fields: readonly Expected[], cursor: bigint, origin: number): Buffer {
  const header = [number(1n, 1), number(cursor, 8), number(BigInt(origin), 2), number(RECEIVED_AT, 8)];
  return Buffer.concat([...header, ...fields.map(({ type, value }) => encoded(type, value))]);
}

function encoded(type: Type, value: unknown): Buffer {
  if (type === 'map') {
    const [keys, values] = value as [string[], string[]];
    return Buffer.concat([
      length(keys.length),
      ...keys.flatMap((key, i) => [string(key), string(values[i] as string)]),
    ]);
  }
  if (type === 'hexes') return array((value as string[]).map((one) => string(Buffer.from(one, 'hex'))));
  if (type.endsWith('s')) return array((value as unknown[]).map((one) => encoded(type.slice(0, -1) as Type, one)));
  if (type === 'text') return string(value as string);
  if (type === 'hex') return Buffer.from(value as string, 'hex');
  const size = { u8: 1, u32: 4, i32: 4, u64: 8 }[type as string] as number;
  return number(BigInt.asUintN(64, BigInt(value as string)), size);
}

function number(value: bigint, size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 255n)));
}

function length(value: number): Buffer {
  return Buffer.from(value < 128 ? [value] : [(value & 127) | 128, ...length(value >> 7)]);
}

function string(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? bytesOf(value) : value;
  return Buffer.concat([length(bytes.length), bytes]);
}

function array(items: readonly Buffer[]): Buffer {
  return Buffer.concat([length(items.length), ...items]);
}
