import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fromBinary, fromJson, type JsonValue } from '@bufbuild/protobuf';
import type { AttributeValue } from '@opentelemetry/api';
import { UsageMeter } from '@spanledger/sdk';
import { expect, test } from 'vitest';
import { type FinishedSpan, spanUsage } from '../../packages/sdk/src/cost/span-usage.ts';
import { ExportTraceServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type { AnyValue } from '../otlp/generated/opentelemetry/proto/common/v1/common_pb.ts';
import type { Span } from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import type { BilledRequest, Tokens } from './provider/bill.ts';
import { fileOf, recordings } from './replay.ts';

// A step's meter, fed with the spans that emitters really sent, comes to what the provider billed, as the collector does.

const names = await recordings();
/**
 * In the ledger two spans of one response in traces of their own are two calls; within a step they are known for one. One of them counts a
 * token of the stream twice.
 */
const OTHER_GAPS: Readonly<Record<string, readonly { tokens: Partial<Tokens> }[]>> = {
  'python-opentelemetry-instrumentation-anthropic@0.62.4': [{ tokens: { output: 1 } }],
};

function plain({ value }: AnyValue): AttributeValue | undefined {
  if (value.case === 'intValue') return Number(value.value);
  if (value.case === 'arrayValue') return value.value.values.map((one) => String(plain(one)));
  if (value.case === 'stringValue' || value.case === 'boolValue' || value.case === 'doubleValue') return value.value;
  return undefined;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A recorded span as a span processor gets it at its end. */
function finished(span: Span): FinishedSpan {
  const context = (spanId: string) => ({ traceId: hex(span.traceId), spanId, traceFlags: 1 });
  const attributes = Object.fromEntries(
    span.attributes.flatMap(({ key, value }) => (value === undefined ? [] : [[key, plain(value)]])),
  );
  const parent = hex(span.parentSpanId);
  return {
    attributes,
    spanContext: () => context(hex(span.spanId)),
    ...(parent === '' ? {} : { parentSpanContext: context(parent) }),
  };
}

async function spansOf(recording: string): Promise<Span[]> {
  const files = (await readdir(fileOf(recording, '.'))).filter((file) => /^\d+-traces\./.test(file));
  const requests = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(fileOf(recording, file));
      if (file.endsWith('.pb')) return fromBinary(ExportTraceServiceRequestSchema, bytes);
      return fromJson(ExportTraceServiceRequestSchema, withBase64Ids(JSON.parse(bytes.toString())));
    }),
  );
  return requests
    .flatMap((request) => request.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)))
    .sort((a, b) => Number(a.endTimeUnixNano - b.endTimeUnixNano));
}

/** OTLP/JSON writes ids as hex, where protobuf's JSON has base64. */
function withBase64Ids(value: JsonValue, key = ''): JsonValue {
  if (typeof value === 'string')
    return /^(?:trace|span|parentSpan)Id$/.test(key) ? Buffer.from(value, 'hex').toString('base64') : value;
  if (Array.isArray(value)) return value.map((one) => withBase64Ids(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withBase64Ids(one, name)]));
}

test.each(names)('%s', async (recording) => {
  const read = async <T>(file: string): Promise<T> => JSON.parse(await readFile(fileOf(recording, file), 'utf8')) as T;
  const file = 'known-gaps.json';
  const known = existsSync(fileOf(recording, file)) ? await read<{ tokens: Partial<Tokens> }[]>(file) : [];
  const gaps = OTHER_GAPS[recording] ?? known;
  const billed = [...(await read<BilledRequest[]>('billed.json')), ...gaps];
  const meter = new UsageMeter();
  for (const span of await spansOf(recording)) {
    const usage = spanUsage(finished(span));
    if (usage !== undefined) meter.add(usage);
  }
  const sum = (of: readonly (number | undefined)[]): number => of.reduce<number>((total, one) => total + (one ?? 0), 0);
  const calls = meter.calls();
  expect({
    input: sum(calls.map((call) => call.inputTokens)),
    output: sum(calls.map((call) => call.outputTokens)),
    cache_read: sum(calls.map((call) => call.cacheReadTokens)),
    cache_write: sum(calls.map((call) => call.cacheWriteTokens)),
    reasoning: sum(calls.map((call) => call.reasoningTokens)),
  }).toEqual({
    input: sum(billed.map(({ tokens }) => tokens.input)),
    output: sum(billed.map(({ tokens }) => tokens.output)),
    cache_read: sum(billed.map(({ tokens }) => tokens.cache_read)),
    cache_write: sum(billed.map(({ tokens }) => tokens.cache_write)),
    reasoning: sum(billed.map(({ tokens }) => tokens.reasoning)),
  });
});
