import { randomUUID } from 'node:crypto';
import type { Attributes } from '@opentelemetry/api';
import { context, logs, SeverityNumber, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RunStatus } from '@spanledger/semconv';
import {
  ATTR_CHAIN_PRODUCER,
  ATTR_CHAIN_SEQ,
  ATTR_EVENT_ID,
  ATTR_RUN_ID,
  ATTR_RUN_STATUS,
  ATTR_TENANT_ID,
  EVENT_RUN_ENDED,
  EVENT_RUN_STARTED,
} from '@spanledger/semconv';
import { withStamp } from './stamp.ts';

/** One execution of a workflow: its names, its money and its counters. */
export interface Run {
  /** Identifier of the run. */
  readonly id: string;
  /** Identifier of its trace, 32 hex digits. */
  readonly traceId: string;
  /** Budget of the run in USD, and what of it is spent. */
  readonly budget: { readonly limitUsd: number; spentUsd: number };
  /** Takes the next position of a step, from 0. */
  nextStepIndex(): number;
  /** Counts a visit of a node, from 1. */
  nextVisit(node: string): number;
  /** Name of this process and the next gap-free number: every governed record carries them, so that a lost one shows. */
  nextChainLink(): Attributes;
  /** Emits an event of this run, as a log record in the active context. */
  emit(eventName: string, attributes: Attributes): void;
}

/** Names of the run. */
export interface RunNames {
  readonly runId: string;
  readonly workflow: string;
  readonly conversationId: string;
  readonly budgetUsd: number;
}

/** Runs the body within the root span `invoke_workflow <name>`, between the events of the run's start and end. */
export function withRun<T>(names: RunNames, body: (run: Run) => Promise<T>): Promise<T> {
  const shared: Attributes = {
    [ATTR_RUN_ID]: names.runId,
    [ATTR_TENANT_ID]: 'default',
    'gen_ai.workflow.name': names.workflow,
    'gen_ai.conversation.id': names.conversationId,
  };
  const root = { attributes: { 'gen_ai.operation.name': 'invoke_workflow' } };
  const tracer = trace.getTracer(names.workflow);
  return context.with(withStamp(context.active(), shared), () =>
    tracer.startActiveSpan(`invoke_workflow ${names.workflow}`, root, async (span) => {
      const run = createRun(names, span.spanContext().traceId);
      let status: RunStatus = 'failed';
      run.emit(EVENT_RUN_STARTED, {});
      try {
        const result = await body(run);
        status = 'completed';
        return result;
      } finally {
        run.emit(EVENT_RUN_ENDED, { [ATTR_RUN_STATUS]: status });
        if (status === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      }
    }),
  );
}

function createRun(names: RunNames, traceId: string): Run {
  const producer = `${names.workflow}-${process.pid}`;
  const visits = new Map<string, number>();
  let steps = 0;
  let sequence = 0;
  const nextChainLink = (): Attributes => {
    sequence += 1;
    return { [ATTR_CHAIN_PRODUCER]: producer, [ATTR_CHAIN_SEQ]: sequence };
  };
  return {
    id: names.runId,
    traceId,
    budget: { limitUsd: names.budgetUsd, spentUsd: 0 },
    nextStepIndex: () => steps++,
    nextVisit(node) {
      const visit = (visits.get(node) ?? 0) + 1;
      visits.set(node, visit);
      return visit;
    },
    nextChainLink,
    emit(eventName, attributes) {
      logs.getLogger(names.workflow).emit({
        eventName,
        timestamp: Date.now(),
        severityNumber: SeverityNumber.INFO,
        attributes: { ...attributes, ...nextChainLink(), [ATTR_EVENT_ID]: randomUUID() },
      });
    },
  };
}
