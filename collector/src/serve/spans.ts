import { z } from 'zod';
import * as field from './fields.ts';
import { findRun } from './find-run.ts';
import { limit } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { inRun } from './run-rows.ts';
import { buildSpanTree, type FlatSpan } from './span-tree.ts';
import { columns, from, type Sql, sql, value } from './sql.ts';

const attributes = z.record(z.string(), z.string());

const flatSpan = z.object({
  trace_id: z.string(),
  span_id: z.string(),
  parent_span_id: z.string(),
  name: z.string(),
  kind: z.string(),
  start_time: field.timestamp,
  end_time: field.timestamp,
  start_time_unix_nano: field.decimalString,
  end_time_unix_nano: field.decimalString,
  duration_ms: field.milliseconds,
  status_code: z.string(),
  status_message: z.string(),
  service_name: z.string(),
  scope_name: z.string(),
  operation: z.string(),
  node_id: z.string(),
  step_id: z.string(),
  attempt: field.count,
  governed: field.flag,
  agent_name: z.string(),
  model: z.string(),
  provider: z.string(),
  input_tokens: field.tokens,
  output_tokens: field.tokens,
  cost_usd: field.usd,
  cost_source: z.string(),
  price_version: z.string(),
  usage_counted: field.flag,
  anomalies: field.names,
  attributes,
  cursor: field.decimalString,
});

const span = flatSpan
  .extend({
    events: z.array(z.object({ name: z.string(), time_unix_nano: field.decimalString, attributes })),
    links: z.array(z.object({ trace_id: z.string(), span_id: z.string(), attributes })),
    parent_missing: field.flag.meta({ description: 'True when the parent is not among the spans of the run' }),
    cut: z
      .enum(['cycle', 'depth'])
      .nullable()
      .meta({ description: 'Why a span stands at the top although its parent is there' }),
    get children() {
      return z.array(span);
    },
  })
  .meta({ id: 'Span' });

const spanTree = z
  .object({
    run_id: z.string(),
    spans: z.array(span),
    truncated: field.flag.meta({ description: 'True when the run has more spans: the earliest are here' }),
  })
  .meta({ id: 'SpanTree' });

const filter = z.strictObject({ limit: limit(2000, 10_000) });

const spanColumns = columns(Object.keys(flatSpan.shape), ['start_time_unix_nano', 'end_time_unix_nano', 'cursor']);

/** The earliest spans of a run, found by its traces so that the sorting key is used. */
function spansOf(runId: string, inDays: Sql, most: number): Sql {
  return sql`
    SELECT
      ${spanColumns},
      CAST(
        arrayMap((n, t, a) -> (n, toString(t), a), \`events.name\`, \`events.time_unix_nano\`, \`events.attributes\`)
        AS Array(Tuple(name String, time_unix_nano String, attributes Map(String, String)))
      ) AS events,
      CAST(
        arrayMap((t, s, a) -> (t, s, a), \`links.trace_id\`, \`links.span_id\`, \`links.attributes\`)
        AS Array(Tuple(trace_id String, span_id String, attributes Map(String, String)))
      ) AS links
    FROM ${from('spans')}
    WHERE ${inDays} AND trace_key IN (
      SELECT trace_id FROM ${from('run_traces')} WHERE ${inRun(runId)}
    )
    ORDER BY start_time, cursor
    LIMIT ${value('UInt32', most)}`;
}

/** Adds `/v1/runs/{run_id}/spans`. */
export function addSpans(api: Api): void {
  api.get(
    '/v1/runs/:run_id/spans',
    describe('read', 'Spans of a run, each under its parent', spanTree, [400, 404, 503]),
    query(filter),
    async (context) => {
      const runId = context.req.param('run_id');
      const { limit } = context.req.valid('query');
      const { read } = context.var;
      const { inRun: inDays } = await findRun(read, runId);
      const rows = await read<FlatSpan>(spansOf(runId, inDays, limit + 1));
      const spans = buildSpanTree(rows.slice(0, limit));
      return context.json({ run_id: runId, spans, truncated: rows.length > limit });
    },
  );
}
