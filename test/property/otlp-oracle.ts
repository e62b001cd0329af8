import { create, type DescField, type DescMessage, fromBinary, ScalarType } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  type ExportLogsServiceRequest,
  ExportLogsServiceRequestSchema,
} from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import {
  type ExportTraceServiceRequest,
  ExportTraceServiceRequestSchema,
} from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import {
  InstrumentationScopeSchema,
  KeyValueSchema,
} from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import {
  LogRecordSchema,
  ResourceLogsSchema,
  ScopeLogsSchema,
} from '../otlp/generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import { ResourceSchema } from '../otlp/generated/opentelemetry/proto/resource/v1/resource_pb.ts';
import {
  ResourceSpansSchema,
  ScopeSpansSchema,
  SpanSchema,
} from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { noUtf8Text } from './otlp-reference.ts';

// Reads hostile protobuf with @bufbuild/protobuf. Parsers differ on such bytes; these are the rules, applied before it decodes:
// - A field of another wire type than its own is unknown, as are a resource's references to entities, which the ledger does not keep. Unknown
//   fields are stepped over (groups 100 deep at most).
// - Resource, scope and status may come in pieces, which are merged. Of a record's body, an attribute's value and the fields of an
//   AnyValue only the last counts and is looked into: earlier ones are not merged with it.
// - Of attributes with one key only the last is looked into. Values are nested 100 levels deep at most.
// - Text is kept byte for byte, UTF-8 or not. Inside arrays and lists, which are stored as JSON, what is no UTF-8 becomes U+FFFD.
// - Enums keep numbers that they do not name.
// - A number of more than 64 bits can't be read. Some parsers cut it off.

const DEEPEST = 100;

/** A record as it was sent. */
export interface SentRecord {
  /** Its bytes; undefined in JSON, where it has none of its own. */
  readonly raw: Uint8Array | undefined;
  /** The record alone in its envelopes; undefined where its own bytes can't be read. */
  readonly request: ExportTraceServiceRequest | ExportLogsServiceRequest | undefined;
}

interface Part {
  readonly field: DescField;
  readonly wire: WireType;
  readonly content: Uint8Array;
}

/** The records of a body, in order. Throws where the envelopes can't be read. */
export function recordsOf(signal: 'traces' | 'logs', body: Uint8Array): SentRecord[] {
  const traces = signal === 'traces';
  const top = walk(traces ? ExportTraceServiceRequestSchema : ExportLogsServiceRequestSchema, body);
  return top.flatMap((envelope) => {
    const parts = walk(traces ? ResourceSpansSchema : ResourceLogsSchema, envelope.content);
    const resource = fromBinary(ResourceSchema, strict(ResourceSchema, numbered(parts, 1)), UNLIMITED);
    const schemaUrl = lastText(parts, 3);
    return numbered(parts, 2).flatMap((scopeBytes) => {
      const inner = walk(traces ? ScopeSpansSchema : ScopeLogsSchema, scopeBytes);
      const scope = fromBinary(
        InstrumentationScopeSchema,
        strict(InstrumentationScopeSchema, numbered(inner, 1)),
        UNLIMITED,
      );
      const around = { scope, schemaUrl: lastText(inner, 3) };
      return numbered(inner, 2).map((raw): SentRecord => {
        if (traces) {
          const span = attempt(() => fromBinary(SpanSchema, strict(SpanSchema, [raw]), UNLIMITED));
          const resourceSpans = span && [{ resource, schemaUrl, scopeSpans: [{ ...around, spans: [span] }] }];
          return { raw, request: resourceSpans && create(ExportTraceServiceRequestSchema, { resourceSpans }) };
        }
        const record = attempt(() => fromBinary(LogRecordSchema, strict(LogRecordSchema, [raw]), UNLIMITED));
        const resourceLogs = record && [{ resource, schemaUrl, scopeLogs: [{ ...around, logRecords: [record] }] }];
        return { raw, request: resourceLogs && create(ExportLogsServiceRequestSchema, { resourceLogs }) };
      });
    });
  });
}

const UNLIMITED = { recursionLimit: 10_000 };

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}

function numbered(parts: readonly Part[], number: number): Uint8Array[] {
  return parts.filter(({ field }) => field.number === number).map(({ content }) => content);
}

function lastText(parts: readonly Part[], number: number): string {
  return noUtf8Text(numbered(parts, number).at(-1) ?? new Uint8Array());
}

/** Known fields of their own wire type, in order. */
function walk(message: DescMessage, bytes: Uint8Array): Part[] {
  const reader = new BinaryReader(bytes);
  const parts: Part[] = [];
  while (reader.pos < reader.len) {
    const [number, wire] = tagOf(reader, bytes);
    const content = step(reader, bytes, number, wire, 1);
    const field = message.fields.find((one) => one.number === number);
    if (field !== undefined && field.name !== 'entity_refs' && wire === wireOf(field))
      parts.push({ field, wire, content });
    // A span's trace id stands where a log record has its time: such a record is refused by its form.
    else if (message === LogRecordSchema && number === 1 && wire === WireType.LengthDelimited) {
      throw new RangeError('a span, not a log record');
    }
  }
  return parts;
}

/** A varint, if it is one of 64 bits. */
function wholeNumber(reader: BinaryReader, bytes: Uint8Array): bigint {
  const start = reader.pos;
  const value = BigInt(reader.uint64());
  if (reader.pos - start === 10 && (bytes[reader.pos - 1] ?? 0) > 1)
    throw new RangeError('number of more than 64 bits');
  return value;
}

function tagOf(reader: BinaryReader, bytes: Uint8Array): [number, WireType] {
  const start = reader.pos;
  wholeNumber(reader, bytes);
  reader.pos = start;
  return reader.tag();
}

/** Steps over a field and gives its content, without the length. */
function step(reader: BinaryReader, bytes: Uint8Array, number: number, wire: WireType, depth: number): Uint8Array {
  const start = reader.pos;
  switch (wire) {
    case WireType.Varint:
      wholeNumber(reader, bytes);
      return bytes.subarray(start, reader.pos);
    case WireType.LengthDelimited: {
      const size = wholeNumber(reader, bytes);
      if (BigInt(reader.pos) + size > BigInt(reader.len)) throw new RangeError('length leaves its message');
      const from = reader.pos;
      reader.pos += Number(size);
      return bytes.subarray(from, reader.pos);
    }
    case WireType.StartGroup:
      if (depth > DEEPEST) throw new RangeError('groups nested too deep');
      for (;;) {
        const [inner, innerWire] = tagOf(reader, bytes);
        if (innerWire === WireType.EndGroup) {
          if (inner !== number) throw new RangeError('another group ends');
          return new Uint8Array();
        }
        step(reader, bytes, inner, innerWire, depth + 1);
      }
    default:
      return reader.skip(wire, number);
  }
}

function wireOf(field: DescField): WireType {
  if (field.message !== undefined) return WireType.LengthDelimited;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.FIXED64:
    case ScalarType.DOUBLE:
      return WireType.Bit64;
    case ScalarType.FIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

/** The message, which may come in pieces, written anew by the rules above. */
function strict(message: DescMessage, pieces: readonly Uint8Array[], depth = 0): Uint8Array {
  const writer = new BinaryWriter();
  const deeper = message.name === 'AnyValue' ? depth + 1 : depth;
  if (deeper > DEEPEST + 1) throw new RangeError('values nested too deep');
  for (const { field, wire, content } of counted(
    message,
    pieces.flatMap((piece) => walk(message, piece)),
  )) {
    writer.tag(field.number, wire);
    if (wire !== WireType.LengthDelimited) writer.raw(content);
    else if (field.message !== undefined) writer.bytes(strict(field.message, [content], deeper));
    else if (field.scalar === ScalarType.STRING) writer.string(noUtf8Text(content));
    else writer.bytes(content);
  }
  return writer.finish();
}

/** The fields that count. */
function counted(message: DescMessage, parts: Part[]): Part[] {
  const last = (chosen: (part: Part) => boolean): Part[] => {
    const kept = parts.findLast(chosen);
    return parts.filter((part) => !chosen(part) || part === kept);
  };
  if (message.name === 'AnyValue') return last(() => true);
  if (message.name === 'KeyValue') return last(({ field }) => field.name === 'value');
  const seen = new Set<string>();
  const unique = parts.toReversed().filter(({ field, content }) => {
    if (field.name !== 'attributes') return true;
    const key = Buffer.from(numbered(walk(KeyValueSchema, content), 1).at(-1) ?? []).toString('latin1');
    return !seen.has(key) && seen.add(key);
  });
  parts = unique.reverse();
  return message.name === 'LogRecord' ? last(({ field }) => field.name === 'body') : parts;
}
