import { fromBinary } from '@bufbuild/protobuf';
import { ExportTraceServiceRequestSchema } from '../../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type { AnyValue, KeyValue } from '../../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import type { Span } from '../../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { type PlainAttributes, type PlainScope, type PlainSpan, plainAttributes } from './plain-span.ts';

/** Decodes a body with @bufbuild/protobuf and hands each span over. */
export function decodeProtobuf(body: Uint8Array, take: (span: PlainSpan, scope: PlainScope) => void): void {
  for (const { resource, scopeSpans } of fromBinary(ExportTraceServiceRequestSchema, body).resourceSpans) {
    const resourceAttributes = attributesOf(resource?.attributes ?? []);
    for (const { scope, spans } of scopeSpans) {
      const around = {
        resource: resourceAttributes,
        name: scope?.name ?? '',
        version: scope?.version ?? '',
        attributes: attributesOf(scope?.attributes ?? []),
      };
      for (const span of spans) take(plainSpan(span), around);
    }
  }
}

function plainSpan(span: Span): PlainSpan {
  return {
    traceId: hexOf(span.traceId),
    spanId: hexOf(span.spanId),
    parentSpanId: hexOf(span.parentSpanId),
    traceState: span.traceState,
    flags: span.flags,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: String(span.startTimeUnixNano),
    endTimeUnixNano: String(span.endTimeUnixNano),
    statusCode: span.status?.code ?? 0,
    statusMessage: span.status?.message ?? '',
    attributes: attributesOf(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(({ timeUnixNano, name, attributes }) => ({
      time: String(timeUnixNano),
      name,
      attributes: attributesOf(attributes),
    })),
    links: span.links.map(({ traceId, spanId, attributes }) => ({
      traceId: hexOf(traceId),
      spanId: hexOf(spanId),
      attributes: attributesOf(attributes),
    })),
  };
}

function attributesOf(list: readonly KeyValue[]): PlainAttributes {
  return plainAttributes(list, textOf);
}

function textOf(value: AnyValue | undefined): readonly [string, string] {
  const one = value?.value;
  switch (one?.case) {
    case 'stringValue':
      return ['s', one.value];
    case 'intValue':
      return ['i', String(one.value)];
    case 'doubleValue':
      return ['d', String(one.value)];
    case 'boolValue':
      return ['b', String(one.value)];
    case 'bytesValue':
      return ['y', Buffer.from(one.value).toString('base64')];
    case 'arrayValue':
    case 'kvlistValue':
      return [one.case === 'arrayValue' ? 'a' : 'm', JSON.stringify(jsonOf(value))];
    default:
      return ['e', ''];
  }
}

function jsonOf(value: AnyValue | undefined): unknown {
  const one = value?.value;
  if (one?.case === 'arrayValue') return one.value.values.map(jsonOf);
  if (one?.case === 'kvlistValue')
    return Object.fromEntries(one.value.values.map(({ key, value }) => [key, jsonOf(value)]));
  if (one?.case === 'stringValue' || one?.case === 'doubleValue' || one?.case === 'boolValue') return one.value;
  return textOf(value)[1];
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
