import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import {
  type ExportLogsServiceRequest,
  ExportLogsServiceRequestSchema,
} from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import {
  type ExportTraceServiceRequest,
  ExportTraceServiceRequestSchema,
} from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import {
  type AnyValue,
  AnyValueSchema,
  ArrayValueSchema,
  KeyValueListSchema,
  KeyValueSchema,
} from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import { LogRecordSchema, type SeverityNumber } from '../otlp/generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import {
  type Span_SpanKind,
  SpanSchema,
  type Status_StatusCode,
} from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';

const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '\0', 'line\n', '"\\\n\u2028', '\u{1f600}', '\ufeff', 'x'.repeat(130)),
);
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, -1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
);
const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, 1_768_219_200_000_000_003n),
);
const double = fc.oneof(
  fc.double(),
  fc.constantFrom(-0, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, 1e-7, 5e-324, 1.5, 3),
);
const uint32 = fc.oneof(fc.nat(9), fc.integer({ min: 0, max: 0xffffffff }), fc.constant(0xffffffff));
const int32 = fc.oneof(fc.nat(5), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => new Uint8Array(array));

/** Attribute keys: plain ones, often the same again; some that mean something; some personal content. */
const key = fc.oneof(
  text,
  fc.constantFrom(
    '',
    'a',
    'b',
    'gen_ai.request.model',
    'service.name',
    'gen_ai.usage.input_tokens',
    'gen_ai.prompt.name',
  ),
  fc.constantFrom('user.id', 'gen_ai.input.messages', 'gen_ai.prompt.0.content', '__proto__', '1'),
);

const leaf: fc.Arbitrary<AnyValue['value']> = fc.oneof(
  text.map((value) => ({ case: 'stringValue' as const, value })),
  fc.boolean().map((value) => ({ case: 'boolValue' as const, value })),
  int64.map((value) => ({ case: 'intValue' as const, value })),
  double.map((value) => ({ case: 'doubleValue' as const, value })),
  bytes.map((value) => ({ case: 'bytesValue' as const, value })),
  fc.constant({ case: undefined }),
);

const asArray = (values: AnyValue[]): AnyValue['value'] => ({
  case: 'arrayValue',
  value: create(ArrayValueSchema, { values }),
});
const asList = (values: { key: string; value: AnyValue }[]): AnyValue['value'] => ({
  case: 'kvlistValue',
  value: create(KeyValueListSchema, { values }),
});
const messageOf = (value: AnyValue['value']): AnyValue => create(AnyValueSchema, { value });

const { tree } = fc.letrec<{ tree: AnyValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf.map(messageOf),
    fc.array(tie('tree'), { maxLength: 4 }).map((values) => messageOf(asArray(values))),
    fc.array(fc.record({ key, value: tie('tree') }), { maxLength: 4 }).map((values) => messageOf(asList(values))),
  ),
}));

/** Any AnyValue, up to 20 levels deep. */
const anyValue: fc.Arbitrary<AnyValue> = fc.oneof(
  { weight: 6, arbitrary: leaf.map(messageOf) },
  { weight: 3, arbitrary: tree },
  {
    weight: 1,
    arbitrary: fc
      .tuple(tree, fc.array(fc.boolean(), { maxLength: 15 }))
      .map(([inner, levels]) =>
        levels.reduce((value, array) => messageOf(array ? asArray([value]) : asList([{ key: 'k', value }])), inner),
      ),
  },
);

const keyValue = fc.oneof(
  { weight: 9, arbitrary: fc.record({ key, value: anyValue }).map((init) => create(KeyValueSchema, init)) },
  { weight: 1, arbitrary: key.map((name) => create(KeyValueSchema, { key: name })) },
);
const attributes = fc.array(keyValue, { maxLength: 8 });

const event = fc.record({ timeUnixNano: uint64, name: text, attributes, droppedAttributesCount: uint32 });
const link = fc.record({
  traceId: bytes,
  spanId: bytes,
  traceState: text,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
});

const span = fc.record(
  {
    parentSpanId: fc.option(
      fc.uint8Array({ minLength: 8, maxLength: 8 }).map((id) => new Uint8Array(id)),
      {
        nil: new Uint8Array(),
      },
    ),
    traceState: text,
    flags: uint32,
    name: text,
    kind: int32 as fc.Arbitrary<Span_SpanKind>,
    startTimeUnixNano: uint64,
    endTimeUnixNano: uint64,
    attributes,
    droppedAttributesCount: uint32,
    events: fc.array(event, { maxLength: 3 }),
    droppedEventsCount: uint32,
    links: fc.array(link, { maxLength: 3 }),
    droppedLinksCount: uint32,
    status: fc.record({ code: int32 as fc.Arbitrary<Status_StatusCode>, message: text }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

const logRecord = fc.record(
  {
    timeUnixNano: uint64,
    observedTimeUnixNano: uint64,
    severityNumber: int32 as fc.Arbitrary<SeverityNumber>,
    severityText: text,
    body: anyValue,
    attributes,
    droppedAttributesCount: uint32,
    flags: uint32,
    traceId: fc.oneof(
      fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => new Uint8Array(id)),
      bytes,
      fc.constant(new Uint8Array(16)),
    ),
    spanId: fc.oneof(
      fc.uint8Array({ minLength: 8, maxLength: 8 }).map((id) => new Uint8Array(id)),
      bytes,
    ),
    eventName: text,
  },
  { requiredKeys: [] },
);

const resource = fc.record({ attributes, droppedAttributesCount: uint32 });
const scope = fc.record({ name: text, version: text, attributes, droppedAttributesCount: uint32 });
const few = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength });

let spans = 0;

/** Any request of spans. Their trace and span ids are unique and valid. */
export const traceRequest: fc.Arbitrary<ExportTraceServiceRequest> = few(
  fc.record(
    {
      resource,
      schemaUrl: text,
      scopeSpans: few(
        fc.record(
          {
            scope,
            schemaUrl: text,
            spans: few(
              span.map((init) => create(SpanSchema, init)),
              5,
            ),
          },
          { requiredKeys: ['spans'] },
        ),
        3,
      ),
    },
    { requiredKeys: ['scopeSpans'] },
  ),
  3,
).map((resourceSpans) => {
  const request = create(ExportTraceServiceRequestSchema, { resourceSpans });
  for (const one of request.resourceSpans.flatMap((all) => all.scopeSpans.flatMap((part) => part.spans))) {
    spans += 1;
    one.traceId = new Uint8Array(16).fill(spans & 255);
    new DataView(one.traceId.buffer).setUint32(0, spans);
    one.spanId = new Uint8Array(8).fill(1);
  }
  return request;
});

/** Any request of log records. */
export const logsRequest: fc.Arbitrary<ExportLogsServiceRequest> = few(
  fc.record(
    {
      resource,
      schemaUrl: text,
      scopeLogs: few(
        fc.record(
          {
            scope,
            schemaUrl: text,
            logRecords: few(
              logRecord.map((init) => create(LogRecordSchema, init)),
              5,
            ),
          },
          { requiredKeys: ['logRecords'] },
        ),
        3,
      ),
    },
    { requiredKeys: ['scopeLogs'] },
  ),
  3,
).map((resourceLogs) => create(ExportLogsServiceRequestSchema, { resourceLogs }));
