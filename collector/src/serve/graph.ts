import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { z } from 'zod';
import { toDot } from './graph-dot.ts';
import { toMermaid } from './graph-mermaid.ts';
import { graphSchema } from './graph-schema.ts';
import { drawGraph } from './graph-text.ts';
import { readGraph } from './read-graph.ts';
import { type Api, type ApiEnv, describe, query } from './route.ts';

const filter = z.strictObject({
  format: z
    .enum(['json', 'mermaid', 'dot'])
    .optional()
    .meta({ description: 'json, mermaid or dot; goes before the header Accept' }),
  include_history: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'true: also attempts, visits, errors, inputs and outputs, in JSON' }),
});

/** Media types of the answers, the first for whoever takes any. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  mermaid: 'text/vnd.mermaid',
  dot: 'text/vnd.graphviz',
};
const TEXT = 'text/plain';

/** Adds `/v1/runs/{run_id}/graph`, and the same as `/graph/{run_id}`. */
export function addGraph(api: Api): void {
  for (const path of ['/v1/runs/:run_id/graph', '/graph/:run_id'] as const) {
    api.get(
      path,
      describe(
        { scope: 'read', parameters: { include_history: 'audit' } },
        'Graph of a run: nodes with their statistics, and edges; as JSON, Mermaid (text/vnd.mermaid, text/plain) or DOT (text/vnd.graphviz)',
        graphSchema,
        [400, 404, 503],
      ),
      query(filter),
      async (context) => {
        const { format, include_history: history } = context.req.valid('query');
        const mediaType = format === undefined ? acceptedBy(context) : (MEDIA_TYPES[format] ?? TEXT);
        context.header('Vary', 'Accept', { append: true });
        const isJson = mediaType === MEDIA_TYPES['json'];
        const graph = await readGraph(context.var.read, context.req.param('run_id'), isJson && history === 'true');
        if (isJson) return context.json(graph);
        const drawing = drawGraph(graph);
        const text = mediaType === MEDIA_TYPES['dot'] ? toDot(drawing) : toMermaid(drawing);
        return context.body(text, 200, { 'Content-Type': `${mediaType}; charset=utf-8` });
      },
    );
  }
}

/** The media type that the caller likes best; JSON for whoever likes none of ours. */
function acceptedBy(context: Context<ApiEnv>): string {
  const json = MEDIA_TYPES['json'] ?? '';
  return accepts(context, { header: 'Accept', supports: [...Object.values(MEDIA_TYPES), TEXT], default: json });
}
