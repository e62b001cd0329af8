import type { Context } from 'hono';
import { z } from 'zod';
import { MOST_TARGETS, type SlaTarget, slaTarget, targetId } from '../sla/target.ts';
import type { SlaTargetWriter } from '../sla/target-table.ts';
import { badBody, badParameter, targetInFile, targetNotFound } from './errors.ts';
import * as field from './fields.ts';
import { type Api, type ApiEnv, body, describe, query } from './route.ts';
import { columns, from, type Sql, sql, value } from './sql.ts';
import type { Read } from './store.ts';

const most = z.number().nullable();

const target = z
  .object({
    target_id: z.string(),
    source: z.enum(['api', 'file']).meta({ description: 'Where it is edited' }),
    agent_name: z.string().meta({ description: 'Agent; empty for any' }),
    node_id: z.string().meta({ description: 'Node; empty for any' }),
    window_seconds: field.count,
    p50_ms: most,
    p95_ms: most,
    p99_ms: most,
    error_rate: most,
    min_count: field.count,
    enabled: field.flag,
    updated_at: field.timestamp,
    updated_by: z.string(),
  })
  .meta({ id: 'SlaTarget' });

const targetList = z.object({ targets: z.array(target) }).meta({ id: 'SlaTargets' });

type StoredTarget = z.output<typeof target>;

/** The target of the path's id, the API's before the file's. */
async function findTarget(read: Read, id: string): Promise<StoredTarget> {
  const [found] = await readTargets(read, sql`target_id = ${value('String', id)}`);
  if (found === undefined) throw targetNotFound(id);
  return found;
}

/** As many targets as the API and a file may have, twice over. */
function readTargets(read: Read, condition: Sql): Promise<StoredTarget[]> {
  return read<StoredTarget>(sql`
    SELECT ${columns(Object.keys(target.shape))}
    FROM ${from('sla_targets')}
    WHERE ${condition}
    ORDER BY rank DESC, agent_name, node_id, source, target_id
    LIMIT ${value('UInt32', 2 * MOST_TARGETS)}`);
}

/** Refuses an id that stands in the file, and one target too many. */
async function checkPlace(read: Read, id: string): Promise<void> {
  const targets = await readTargets(read, sql`true`);
  const standing = targets.filter((one) => one.target_id === id);
  if (standing.some((one) => one.source === 'api')) return;
  if (standing.length > 0) throw targetInFile(id);
  if (targets.filter((one) => one.source === 'api').length < MOST_TARGETS) return;
  throw badBody(`there are ${MOST_TARGETS} targets already; delete one first.`);
}

function idOf(context: Context<ApiEnv, string>): string {
  const parsed = targetId.safeParse(context.req.param('target_id'));
  if (!parsed.success) throw badParameter('target_id', `${parsed.error.issues[0]?.message}.`);
  return parsed.data;
}

/** Adds `/v1/sla/targets` and `/v1/sla/targets/{target_id}`. */
export function addSlaTargets(api: Api, writer: SlaTargetWriter): void {
  const nothing = query(z.strictObject({}));
  const path = '/v1/sla/targets/:target_id';

  api.get(
    '/v1/sla/targets',
    describe('read', 'SLA targets, the most specific first', targetList),
    nothing,
    async (context) => context.json({ targets: await readTargets(context.var.read, sql`true`) }),
  );

  api.get(path, describe('read', 'One SLA target', target, [400, 404, 503]), nothing, async (context) =>
    context.json(await findTarget(context.var.read, idOf(context))),
  );

  api.put(
    path,
    describe('admin', 'Puts an SLA target in place of what stands under its id', target, [400, 409, 413, 503]),
    nothing,
    ...body<SlaTarget>(slaTarget),
    async (context) => {
      const id = idOf(context);
      const { read, caller } = context.var;
      await checkPlace(read, id);
      const named = { tenant: caller.tenant, target_id: id, target: context.req.valid('json') };
      await writer.put(named, caller.keyId ?? '');
      return context.json(await findTarget(read, id));
    },
  );

  api.delete(
    path,
    describe('admin', 'Takes an SLA target away; the answer is what it was', target, [400, 404, 409, 503]),
    nothing,
    async (context) => {
      const id = idOf(context);
      const { read, caller } = context.var;
      const found = await findTarget(read, id);
      if (found.source === 'file') throw targetInFile(id);
      await writer.remove({ tenant: caller.tenant, target_id: id, target: found }, caller.keyId ?? '');
      return context.json(found);
    },
  );
}
