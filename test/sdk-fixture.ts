import { type Attributes, context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type RuntimeOptions, type SensitiveScanner, type StepNode, StepRuntime } from '@spanledger/sdk';

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** A runtime over OpenTelemetry in memory, and what it has emitted. */
export interface TestRuntime {
  readonly runtime: StepRuntime;
  /** Spans of governed steps, in the order in which they ended. */
  steps(): ReadableSpan[];
  spans(): ReadableSpan[];
  /** Log records in order. */
  events(): { name: string; attributes: Attributes; spanId: string | undefined }[];
  eventNames(): string[];
}

const POLICY = { id: 'test', version: '1', rules: [] };

/** Makes a runtime; what is not said is as by default, with an empty policy. */
export function testRuntime(options: Partial<RuntimeOptions> = {}): TestRuntime {
  const spanExporter = new InMemorySpanExporter();
  const logExporter = new InMemoryLogRecordExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] });
  const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logExporter })] });
  const runtime = new StepRuntime({ policy: POLICY, tracerProvider, loggerProvider, ...options });
  const spans = (): ReadableSpan[] => spanExporter.getFinishedSpans();
  const events = () =>
    logExporter.getFinishedLogRecords().map((record) => ({
      name: record.eventName ?? '',
      attributes: record.attributes as Attributes,
      spanId: record.spanContext?.spanId,
    }));
  return {
    runtime,
    spans,
    steps: () => spans().filter((span) => span.name.startsWith('execute_step ')),
    events,
    eventNames: () => events().map((event) => event.name),
  };
}

/** A node that gives back what it was given. */
export function echo(more: Partial<StepNode> = {}): StepNode {
  return { id: 'echo', run: ({ task }) => `echo:${task}`, ...more };
}

/** Finds words that begin with `secret`. */
export const secretScanner: SensitiveScanner = {
  scan: (text) =>
    [...text.matchAll(/secret\w*/g)].map(({ 0: found, index }) => ({
      kind: 'API_KEY',
      category: 'credential',
      start: index,
      end: index + found.length,
      confidence: 1,
    })),
  mask: (text, matches) =>
    matches
      .toReversed()
      .reduce((masked, { start, end }) => `${masked.slice(0, start)}[MASK]${masked.slice(end)}`, text),
};
