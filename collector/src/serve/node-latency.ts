import { z } from 'zod';
import * as field from './fields.ts';
import { type FoundRun, findRun } from './find-run.ts';
import { latencyRows } from './fleet-latency.ts';
import { latencyAggregates, nodeLatencySchema, percentileError } from './latency.ts';
import { text } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { columns, fromWhere, sql, value } from './sql.ts';
import type { Read, Row } from './store.ts';
import { rangeAnswer, rangeOf, rangeParameters } from './time-range.ts';

/** Most nodes that the answer over all runs lists. */
const MOST_NODES = 10_000;

/** Latencies of nodes. */
export const nodeLatenciesSchema: z.ZodType = z.array(nodeLatencySchema);

const nodeLatency = z.object({ run_id: z.string(), nodes: nodeLatenciesSchema }).meta({ id: 'NodeLatencies' });

const nodeLatencyOfRange = z
  .object({
    ...field.range,
    nodes: nodeLatenciesSchema,
    percentile_error: percentileError,
    truncated: field.flag.meta({ description: `True when there are more than the ${MOST_NODES} listed` }),
  })
  .meta({ id: 'NodeLatencyOfRange' });

const filter = z.strictObject({
  ...rangeParameters,
  agent: text('The agent'),
  workflow: text('The workflow'),
  node: text('The node'),
});

/** Reads the latencies of a run's nodes, by name. The view `node_latency` says the same, but has no day to read it by. */
export async function readNodeLatency(read: Read, { inRun }: FoundRun): Promise<{ nodes: Row[] }> {
  const nodes = await read(sql`
    SELECT node_id, ${latencyAggregates()} ${fromWhere('executed_steps', inRun)} GROUP BY node_id ORDER BY node_id`);
  return { nodes };
}

/** Adds `/v1/runs/{run_id}/node-latency`, and `/v1/node-latency` over all runs. */
export function addNodeLatency(api: Api): void {
  api.get(
    '/v1/runs/:run_id/node-latency',
    describe('read', 'How long each node took', nodeLatency, [400, 404, 503]),
    query(z.strictObject({})),
    async (context) => {
      const runId = context.req.param('run_id');
      const { read } = context.var;
      const latency = await readNodeLatency(read, await findRun(read, runId));
      return context.json({ run_id: runId, ...latency });
    },
  );
  api.get(
    '/v1/node-latency',
    describe('read', 'How long each node took over all runs of a range, slowest first', nodeLatencyOfRange),
    query(filter),
    async (context) => {
      const { agent, workflow, node, ...asked } = context.req.valid('query');
      const range = rangeOf(asked);
      const { read } = context.var;
      const latency = await latencyRows(read, { steps: range, agent, node, workflow, by: sql`node_id` });
      const found = await read(sql`
        SELECT ${columns(Object.keys(nodeLatencySchema.shape))}
        FROM (${latency.rows})
        ORDER BY p95_ms DESC, node_id
        LIMIT ${value('UInt32', MOST_NODES + 1)}`);
      const nodes = found.slice(0, MOST_NODES);
      return context.json({
        ...rangeAnswer(range),
        nodes,
        percentile_error: latency.percentileError,
        truncated: found.length > nodes.length,
      });
    },
  );
}
