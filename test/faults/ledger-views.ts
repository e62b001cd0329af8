import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Collector } from '../collector-fixture.ts';

const VIEWS = path.join(import.meta.dirname, '../../collector/sql/views');

/** Which copy of a record counts, or when it came: equal loads differ in it. */
const WHICH_COPY = new Set([
  'cursor',
  'received_at',
  'last_received_at',
  'origin',
  'other_origin',
  'other_cursor',
  'found_at',
]);

/** About the parts of one server's tables, of which a Distributed one has none: a cluster reads all days from their rows. */
const OF_ONE_SERVER = new Set(['source_days', 'rolled_days']);

/** All rows of all other views, as sorted text. */
export async function everything(collector: Collector): Promise<Record<string, string[]>> {
  const names = (await readdir(VIEWS)).map((file) => file.replace(/^\d+_|\.sql$/g, '')).sort();
  const found: Record<string, string[]> = {};
  for (const view of names) {
    const rows = await collector.query<Record<string, unknown>>(`SELECT * FROM ${view}`);
    if (OF_ONE_SERVER.has(view)) continue;
    found[view] = rows
      .map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).filter(([name]) => !WHICH_COPY.has(name)))))
      .sort();
  }
  return found;
}
