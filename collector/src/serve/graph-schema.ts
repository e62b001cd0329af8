import { z } from 'zod';
import { contentSchema } from './content.ts';
import * as field from './fields.ts';
import type { RunGraph } from './graph-types.ts';

const id = z.string();
const maybeText = z.string().nullable();

const stats = z
  .object({
    count: field.count.meta({ description: 'Executed steps: the size of the sample' }),
    p50_ms: field.maybeNumber,
    p95_ms: field.maybeNumber,
    p99_ms: field.maybeNumber,
    mean_ms: field.maybeNumber,
    min_ms: field.maybeNumber,
    max_ms: field.maybeNumber,
    error_count: field.count,
    blocked_count: field.count,
    violation_count: field.count,
    tokens_used: field.tokens,
    cost_usd: field.usd,
    carbon_gco2: field.grams,
  })
  .meta({ id: 'GraphStats', description: 'Durations in milliseconds, null when no step was executed' });

const error = z.object({ type: z.string(), message: z.string() }).nullable();

const attempt = z
  .object({
    step_id: id,
    visit: field.count,
    attempt_number: field.count,
    status: field.stepStatus,
    error,
    start_time: field.timestamp,
    end_time: field.timestamp,
  })
  .meta({ id: 'GraphAttempt' });

const visit = z
  .object({
    visit: field.count.meta({ description: 'Number that the steps state, else their order at the node' }),
    step_id: id,
    status: field.stepStatus,
    attempt_count: field.count,
    start_time: field.timestamp,
    end_time: field.timestamp,
  })
  .meta({ id: 'GraphVisit' });

const manualState = z
  .object({ step_id: id, attempt_number: field.count, check: z.string(), reason: z.string(), since: field.timestamp })
  .nullable()
  .meta({ id: 'GraphManualState', description: 'What a paused node waits for' });

const node = z
  .object({
    id,
    status: z.string().meta({
      description:
        'completed, failed, blocked, paused, skipped, cancelled, running, lost, waiting, pending, retrying or unreachable',
    }),
    current: field.flag,
    dead_end: field.flag,
    action: maybeText.meta({ description: 'Kind of the node, for example model, tool, agent; null when not known' }),
    visit_count: field.count,
    attempt_count: field.count.meta({ description: 'Steps, one for each attempt' }),
    input: contentSchema,
    output: contentSchema,
    error,
    recovery: z.null(),
    transition: z.null(),
    manual_state: manualState,
    attempts: z.array(attempt),
    visits: z.array(visit),
    stats,
  })
  .meta({
    id: 'GraphNode',
    description: 'With include_history also input, output, error, manual_state, attempts, visits',
  });

const edge = z
  .object({
    id,
    from: z.string(),
    to: z.string(),
    type: z.string().meta({ description: 'transition, parent or link' }),
    status: z.string().meta({ description: 'selected, pending, skipped or blocked' }),
    selected: field.flag,
    skipped: field.flag,
    pending: field.flag,
    blocked: field.flag,
    outcome: maybeText,
    condition: z.null(),
    recovery: z.null(),
    count: field.count.meta({ description: 'How often it was walked' }),
  })
  .meta({ id: 'GraphEdge' });

const anomaly = z
  .object({
    source: z.string(),
    reason: z.string(),
    entry_type: z.string(),
    node_id: maybeText,
    step_id: maybeText,
    attempt: field.maybeNumber,
    detail: z.string(),
  })
  .meta({ id: 'GraphAnomaly' });

/** A run's graph as the API gives it. */
export const graphSchema: z.ZodType<RunGraph> = z
  .object({
    run_id: id,
    workflow: z.string(),
    source: z.literal('read_model'),
    status: field.runStatus,
    current_node_id: maybeText,
    current_node_ids: field.names,
    terminal: field.flag,
    definition_version: z.null(),
    parent_run_id: maybeText,
    nodes: z.array(node),
    edges: z.array(edge),
    anomalies: z.array(anomaly),
    child_runs: z.array(z.object({ run_id: id, workflow: z.string(), status: field.runStatus })),
    linked_runs: field.names.meta({ description: 'Other runs to which spans of this one link' }),
    truncated: field.flag.meta({ description: 'True when there is more of anything than is here' }),
  })
  .meta({ id: 'RunGraph' });
