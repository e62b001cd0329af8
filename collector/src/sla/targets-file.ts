import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigurationError, ensureError } from '../errors.ts';
import { fileTarget, MOST_TARGETS, type SlaTarget } from './target.ts';
import type { NamedTarget, SlaTargetTable } from './target-table.ts';

const file = z.strictObject({ targets: z.array(fileTarget).max(MOST_TARGETS) });

/**
 * Reads the targets of a file, YAML or JSON: `targets`, a list of objects with `target_id` and the fields of a target.
 *
 * @param tenant tenant of targets that name none
 * @throws ConfigurationError `SLA_TARGETS_INVALID` naming file, target and field
 */
export async function readTargetsFile(path: string, tenant: string): Promise<NamedTarget[]> {
  let content: unknown;
  try {
    content = parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw invalid(path, ensureError(cause).message, cause);
  }
  const parsed = file.safeParse(content);
  if (!parsed.success) throw invalid(path, z.prettifyError(parsed.error), parsed.error);
  const targets = parsed.data.targets.map(({ target_id, tenant: own = tenant, ...target }) => {
    return { tenant: own, target_id, target };
  });
  const names = new Set<string>();
  for (const one of targets) {
    if (names.has(nameOf(one))) throw invalid(path, `${one.target_id} is there twice for the tenant ${one.tenant}`);
    names.add(nameOf(one));
  }
  return targets;
}

/**
 * Makes the targets of the file, all tenants', the ones that are given: what is not among them is taken away. Doing it twice writes
 * nothing the second time. Targets that the API made stay.
 * @returns number of targets written or taken away
 */
export async function applyFileTargets(
  table: SlaTargetTable,
  targets: readonly NamedTarget[],
  path: string,
): Promise<number> {
  const standing = new Map((await table.ofFile()).map((one) => [nameOf(one), one]));
  let changes = 0;
  for (const one of targets) {
    const before: SlaTarget | undefined = standing.get(nameOf(one))?.target;
    standing.delete(nameOf(one));
    if (isDeepStrictEqual({ ...before }, { ...one.target })) continue;
    await table.write('file', one, path, false);
    changes += 1;
  }
  for (const gone of standing.values()) await table.write('file', gone, path, true);
  return changes + standing.size;
}

function nameOf({ tenant, target_id }: NamedTarget): string {
  return JSON.stringify([tenant, target_id]);
}

function invalid(path: string, reason: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError('SLA_TARGETS_INVALID', `SLA targets in ${path}: ${reason}`, { cause });
}
