import { type PlainAttributes, type PlainScope, type PlainSpan, plainAttributes } from './plain-span.ts';

interface JsonValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly JsonValue[] };
  readonly kvlistValue?: { readonly values?: readonly JsonPair[] };
}
interface JsonPair {
  readonly key?: string;
  readonly value?: JsonValue;
}
interface JsonSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags?: number;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string | number;
  readonly endTimeUnixNano?: string | number;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly attributes?: readonly JsonPair[];
  readonly droppedAttributesCount?: number;
  readonly events?: readonly {
    readonly timeUnixNano?: string | number;
    readonly name?: string;
    readonly attributes?: readonly JsonPair[];
  }[];
  readonly links?: readonly {
    readonly traceId?: string;
    readonly spanId?: string;
    readonly attributes?: readonly JsonPair[];
  }[];
}
interface JsonBody {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly JsonPair[] };
    readonly scopeSpans?: readonly {
      readonly scope?: {
        readonly name?: string;
        readonly version?: string;
        readonly attributes?: readonly JsonPair[];
      };
      readonly spans?: readonly JsonSpan[];
    }[];
  }[];
}

/** Decodes a body with JSON.parse and hands each span over. */
export function decodeJson(body: Buffer, take: (span: PlainSpan, scope: PlainScope) => void): void {
  for (const { resource, scopeSpans = [] } of (JSON.parse(body.toString('utf8')) as JsonBody).resourceSpans ?? []) {
    const resourceAttributes = attributesOf(resource?.attributes);
    for (const { scope, spans = [] } of scopeSpans) {
      const around = {
        resource: resourceAttributes,
        name: scope?.name ?? '',
        version: scope?.version ?? '',
        attributes: attributesOf(scope?.attributes),
      };
      for (const span of spans) take(plainSpan(span), around);
    }
  }
}

function plainSpan(span: JsonSpan): PlainSpan {
  return {
    traceId: span.traceId ?? '',
    spanId: span.spanId ?? '',
    parentSpanId: span.parentSpanId ?? '',
    traceState: span.traceState ?? '',
    flags: span.flags ?? 0,
    name: span.name ?? '',
    kind: span.kind ?? 0,
    startTimeUnixNano: String(span.startTimeUnixNano ?? 0),
    endTimeUnixNano: String(span.endTimeUnixNano ?? 0),
    statusCode: span.status?.code ?? 0,
    statusMessage: span.status?.message ?? '',
    attributes: attributesOf(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount ?? 0,
    events: (span.events ?? []).map(({ timeUnixNano = 0, name = '', attributes }) => ({
      time: String(timeUnixNano),
      name,
      attributes: attributesOf(attributes),
    })),
    links: (span.links ?? []).map(({ traceId = '', spanId = '', attributes }) => ({
      traceId,
      spanId,
      attributes: attributesOf(attributes),
    })),
  };
}

function attributesOf(list: readonly JsonPair[] = []): PlainAttributes {
  return plainAttributes(list, textOf);
}

function textOf(value: JsonValue = {}): readonly [string, string] {
  if (value.stringValue !== undefined) return ['s', value.stringValue];
  if (value.intValue !== undefined) return ['i', String(value.intValue)];
  if (value.doubleValue !== undefined) return ['d', String(value.doubleValue)];
  if (value.boolValue !== undefined) return ['b', String(value.boolValue)];
  if (value.bytesValue !== undefined) return ['y', value.bytesValue];
  if (value.arrayValue !== undefined) return ['a', JSON.stringify(jsonOf(value))];
  if (value.kvlistValue !== undefined) return ['m', JSON.stringify(jsonOf(value))];
  return ['e', ''];
}

function jsonOf(value: JsonValue = {}): unknown {
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(jsonOf);
  if (value.kvlistValue !== undefined) {
    return Object.fromEntries((value.kvlistValue.values ?? []).map(({ key, value }) => [key, jsonOf(value)]));
  }
  return value.stringValue ?? value.doubleValue ?? value.boolValue ?? textOf(value)[1];
}
