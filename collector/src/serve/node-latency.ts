import { z } from 'zod';
import * as field from './fields.ts';
import { type Api, describe, query } from './route.ts';
import { inRun } from './run-rows.ts';
import { requireRun } from './runs.ts';
import { columns, from, sql } from './sql.ts';
import type { Read, Row } from './store.ts';

const node = z
  .object({
    node_id: z.string(),
    count: field.count,
    p50_ms: field.milliseconds,
    p95_ms: field.milliseconds,
    p99_ms: field.milliseconds,
    min_ms: field.milliseconds,
    max_ms: field.milliseconds,
    mean_ms: field.milliseconds,
    error_count: field.count,
  })
  .meta({
    id: 'NodeLatency',
    description: 'Durations of the executed steps of a node, failed ones included; percentiles by linear interpolation',
  });

/** Latencies of nodes. */
export const nodeLatenciesSchema: z.ZodType = z.array(node);

const nodeLatency = z.object({ run_id: z.string(), nodes: nodeLatenciesSchema }).meta({ id: 'NodeLatencies' });

/** Reads the latencies of a run's nodes, by name. */
export async function readNodeLatency(read: Read, runId: string): Promise<{ nodes: Row[] }> {
  const nodes = await read(sql`
    SELECT ${columns(Object.keys(node.shape))} FROM ${from('node_latency')} WHERE ${inRun(runId)} ORDER BY node_id`);
  return { nodes };
}

/** Adds `/v1/runs/{run_id}/node-latency`. */
export function addNodeLatency(api: Api): void {
  api.get(
    '/v1/runs/:run_id/node-latency',
    describe('read', 'How long each node took', nodeLatency, [400, 404, 503]),
    query(z.strictObject({})),
    async (context) => {
      const runId = context.req.param('run_id');
      const [latency] = await Promise.all([
        readNodeLatency(context.var.read, runId),
        requireRun(context.var.read, runId),
      ]);
      return context.json({ run_id: runId, ...latency });
    },
  );
}
