import { z } from 'zod';
import { stepNotFound } from './errors.ts';
import { text } from './parameters.ts';
import { type Api, describe, query } from './route.ts';
import { inRun } from './run-rows.ts';
import { from, sql, value } from './sql.ts';
import { attemptSchema, stepColumns } from './step-schema.ts';
import type { Read, Row } from './store.ts';

/** Most attempts that an answer holds. */
const MOST_ATTEMPTS = 100;

const step = z.object({ step_id: z.string(), attempts: z.array(attemptSchema) }).meta({ id: 'StepAttempts' });

const filter = z.strictObject({
  run_id: text('The run, when several have a step of that id'),
  attempt: z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .optional()
    .meta({ description: 'One attempt only' }),
  include: z.literal('content').optional().meta({ description: 'content: also the texts behind the digests' }),
});

/** Adds `/v1/steps/{step_id}`. */
export function addSteps(api: Api): void {
  api.get(
    '/v1/steps/:step_id',
    describe({ scope: 'read', parameters: { include: 'audit' } }, 'All attempts of a step', step, [400, 404, 503]),
    query(filter),
    async (context) => {
      const stepId = context.req.param('step_id');
      const { run_id: runId, attempt, include } = context.req.valid('query');
      const named = sql`step_id = ${value('String', stepId)}`;
      // Without a run, its id is found first from three columns: the sorting key begins with it.
      const inRuns =
        runId === undefined
          ? sql`run_id IN (SELECT run_id FROM ${from('steps')} WHERE ${named} LIMIT ${value('UInt32', MOST_ATTEMPTS)})`
          : inRun(runId);
      const rows = await context.var.read(sql`
        SELECT ${stepColumns}
        FROM ${from('steps')}
        WHERE ${named} AND ${inRuns} AND ${attempt === undefined ? sql`true` : sql`attempt = ${value('UInt32', attempt)}`}
        ORDER BY run_id, attempt
        LIMIT ${value('UInt32', MOST_ATTEMPTS)}`);
      if (rows.length === 0) throw stepNotFound(stepId);
      const attempts = include === undefined ? rows : await withContent(context.var.read, rows);
      return context.json({ step_id: stepId, attempts });
    },
  );
}

/** Adds what the digests of the steps stand for. */
async function withContent(read: Read, rows: readonly Row[]): Promise<Row[]> {
  const digestsOf = (row: Row): string[] =>
    ['input_digest', 'output_digest', 'state_digest'].map((key) => String(row[key]));
  const digests = rows.flatMap(digestsOf).filter((digest) => /^[0-9a-f]{64}$/i.test(digest));
  const found = await read<{ digest: string; kind: string; text: string }>(sql`
    SELECT lower(hex(digest)) AS digest, kind, text
    FROM ${from('content')}
    WHERE digest IN (SELECT toFixedString(unhex(arrayJoin(${value('Array(String)', digests)})), 32))
    LIMIT 1 BY digest`);
  const contents = new Map(found.map(({ digest, kind, text }) => [digest, { kind, text }]));
  return rows.map((row) => {
    const [input = null, output = null, state = null] = digestsOf(row).map(
      (digest) => contents.get(digest.toLowerCase()) ?? null,
    );
    return { ...row, content: { input, output, state } };
  });
}
