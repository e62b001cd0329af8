import type { Collector } from '../collector-fixture.ts';
import { logBody, toBinary, traceBody } from '../otlp/bodies.ts';
import type { LogRecord } from '../otlp/generated/opentelemetry/proto/logs/v1/logs_pb.ts';
import type { Span } from '../otlp/generated/opentelemetry/proto/trace/v1/trace_pb.ts';

/** Columns that tell which copy of a record counts, or when it came: they may differ between equal tellings. */
const WHICH_COPY = ['cursor', 'received_at', 'last_received_at', 'origin'];

const KEYS = {
  spans: 'trace_id, span_id',
  steps: 'run_id, step_id, attempt',
  events: 'run_id, event_id',
  runs: 'run_id',
  audit_trail: 'run_id, step_id, attempt',
  node_latency: 'run_id, node_id',
  policy_violations: 'run_id, step_id, attempt, position',
  workflow_summary: 'run_id',
  timeline: 'run_id, entry_id',
} as const;

/** Name of a view. */
type View = keyof typeof KEYS;

/** Names of the views. */
export const VIEWS = Object.keys(KEYS) as readonly View[];

/** A row of a view. */
export type Row = Readonly<Record<string, unknown>>;

/** All rows of all views for the runs, in the order of their keys; without the columns that tell one copy from another. */
export async function dump(collector: Collector, runs: readonly string[]): Promise<Record<View, Row[]>> {
  const views = await Promise.all(VIEWS.map((view) => rowsOf(collector, view, runs)));
  return Object.fromEntries(VIEWS.map((view, index) => [view, views[index] ?? []])) as Record<View, Row[]>;
}

/** All rows of one view for the runs. */
export async function rowsOf(collector: Collector, view: View, runs: readonly string[]): Promise<Row[]> {
  const rows = await collector.query<Record<string, unknown>>(
    `SELECT * FROM ${view} WHERE tenant = 'default' AND run_id IN {runs:Array(String)} ORDER BY ${KEYS[view]}`,
    { runs },
  );
  for (const row of rows) for (const column of WHICH_COPY) delete row[column];
  return rows;
}

/** Value of a counter in the collector's metrics. */
export async function metric(collector: Pick<Collector, 'url'>, name: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`spanledger_${name} `));
  return Number(line?.split(' ')[1]);
}

/** What can be sent. */
export type Sendable = Span | LogRecord;

/** Sends spans and records, each kind in one protobuf request, and fails unless all are accepted. */
export async function send(collector: Collector, ...records: readonly Sendable[]): Promise<void> {
  const spans = records.filter((one) => one.$typeName === 'opentelemetry.proto.trace.v1.Span');
  const logs = records.filter((one) => one.$typeName === 'opentelemetry.proto.logs.v1.LogRecord');
  if (spans.length > 0) await accepted(collector.post('traces', toBinary(traceBody(spans))));
  if (logs.length > 0) await accepted(collector.post('logs', toBinary(logBody(logs))));
}

async function accepted(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${await response.text()}`);
}
