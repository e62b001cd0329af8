import { type LogInit, logRecord, type SpanInit, span } from '../otlp/bodies.ts';
import type { LogRecord } from '../otlp/generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import type { Span } from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';
import { type Attributes, double, type Value } from '../otlp/values.ts';

/** Noon UTC of yesterday in nanoseconds: the day of the scenes, safe from midnight while a test runs. */
const NOON: bigint = (BigInt(Math.floor(Date.now() / 86_400_000)) * 86_400n - 43_200n) * 1_000_000_000n;
const MILLISECOND = 1_000_000n;

/** What a test says of a span or log record; times in milliseconds after `NOON`. */
export interface Said {
  readonly trace: string;
  /** A number that makes the span id. */
  readonly id: number;
  readonly parent?: number | undefined;
  readonly start?: number;
  readonly end?: number;
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, Value>>;
  readonly more?: SpanInit;
}

/** A span id made of a number. */
export function spanIdOf(id: number): string {
  return id.toString(16).padStart(16, '0');
}

/** Nanoseconds of so many milliseconds after `NOON`. */
function at(milliseconds: number): bigint {
  return NOON + BigInt(Math.round(milliseconds * 1000)) * 1000n;
}

/** A span that says just this. */
export function plain(said: Said): Span {
  const start = said.start ?? said.id;
  return span({
    traceId: said.trace,
    spanId: spanIdOf(said.id),
    parentSpanId: said.parent === undefined ? '' : spanIdOf(said.parent),
    name: said.name ?? `span ${said.id}`,
    startTimeUnixNano: at(start),
    endTimeUnixNano: said.end === undefined ? at(start) + MILLISECOND : at(said.end),
    attributes: said.attributes ?? {},
    ...said.more,
  });
}

/** Usage that a span reports. */
export interface SaidUsage {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cost?: number | string;
  readonly carbon?: number;
  readonly responseId?: string;
  readonly scope?: 'own' | 'total';
}

/** Attributes of usage. */
export function usage(said: SaidUsage): Record<string, Value> {
  const attributes: Record<string, Value | undefined> = {
    'gen_ai.usage.input_tokens': said.input,
    'gen_ai.usage.output_tokens': said.output,
    'gen_ai.usage.cache_read.input_tokens': said.cacheRead,
    'gen_ai.usage.cache_write.input_tokens': said.cacheWrite,
    'gen_ai.response.id': said.responseId,
    'spanledger.usage.scope': said.scope,
    'spanledger.cost.usd': typeof said.cost === 'number' ? double(said.cost) : said.cost,
    'spanledger.carbon.gco2e': said.carbon === undefined ? undefined : double(said.carbon),
  };
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

/** A span of an operation such as `chat`, with its usage. */
export function operation(name: string, said: Said, used: SaidUsage = {}): Span {
  const model = name === 'execute_tool' ? { 'gen_ai.tool.name': 'search' } : { 'gen_ai.request.model': 'm-1' };
  return plain({
    name,
    ...said,
    attributes: { 'gen_ai.operation.name': name, ...model, ...usage(used), ...said.attributes },
  });
}

/** Which step a record belongs to. */
export interface SaidStep {
  readonly run: string;
  readonly step: string;
  readonly attempt?: number;
}

/** The attributes that name a run and step. */
export function stamp(of: SaidStep): Record<string, Value> {
  return {
    'spanledger.run.id': of.run,
    'spanledger.step.id': of.step,
    ...(of.attempt === undefined ? {} : { 'spanledger.step.attempt': of.attempt }),
  };
}

/** The outcome of a governed step: committed unless the attributes say otherwise. */
export function governed(of: SaidStep, said: Said, used: SaidUsage = {}): Span {
  return plain({
    name: 'step',
    ...said,
    attributes: {
      'spanledger.node.id': `node-${of.step}`,
      'spanledger.verdict': 'commit',
      'spanledger.status': 'completed',
      ...stamp(of),
      ...usage(used),
      ...said.attributes,
    },
  });
}

/** What a blocked step says besides. */
export const BLOCKED: Readonly<Record<string, Value>> = {
  'spanledger.verdict': 'reject',
  'spanledger.status': 'blocked',
  'spanledger.block.check': 'policy',
  'spanledger.block.reason': 'may not publish',
  'spanledger.block.rule': 'no-publish',
  'spanledger.checks.name': ['identity', 'policy'],
  'spanledger.checks.outcome': ['pass', 'deny'],
  'spanledger.checks.reason': ['', 'policy:denied'],
};

/** A log record with an event name. */
export function event(name: string, time: number, attributes: Attributes = {}, more: LogInit = {}): LogRecord {
  return logRecord({ eventName: name, timeUnixNano: at(time), observedTimeUnixNano: at(time), attributes, ...more });
}
