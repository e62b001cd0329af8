import type { CollectorProcess } from '../faults/ledger-process.ts';
import { type Figure, figure } from './figure.ts';
import { settled } from './settled.ts';

/** Tables that hold what can't be derived. */
const LEDGER: ReadonlySet<string> = new Set(['ledger']);
const CONTENT: ReadonlySet<string> = new Set(['content']);
const BASELINE: ReadonlySet<string> = new Set(['baseline_spans']);

/**
 * Bytes on disk of what was ingested: active parts as the engine has left them, without OPTIMIZE. Second versions of rows that no merge has
 * taken out yet are counted too.
 */
export async function measureStore(collector: CollectorProcess, mergesMs: number): Promise<Figure[]> {
  await settled(collector, mergesMs);
  const tables = await collector.query<{ name: string; bytes: string; rows: string }>(`
    SELECT table AS name, sum(bytes_on_disk) AS bytes, sum(rows) AS rows
    FROM system.parts WHERE active AND database = 'spanledger' GROUP BY table ORDER BY table`);
  const [counts] = await collector.query<{ spans: string; steps: string; baseline: string }>(`
    SELECT
      (SELECT count() FROM ledger) AS spans,
      (SELECT count() FROM step_rows FINAL WHERE source = 'outcome' AND governed) AS steps,
      (SELECT count() FROM baseline_spans) AS baseline`);
  const spans = Number(counts?.spans);
  const bytesOf = (isWanted: (table: string) => boolean): number =>
    tables.filter(({ name }) => isWanted(name)).reduce((sum, { bytes }) => sum + Number(bytes), 0);
  const baseline = bytesOf((table) => BASELINE.has(table)) / Math.max(1, Number(counts?.baseline));
  const isDerived = (table: string) => !LEDGER.has(table) && !CONTENT.has(table) && !BASELINE.has(table);
  const ledger = bytesOf((table) => LEDGER.has(table));
  const derived = bytesOf(isDerived);
  return [
    figure('store.bytes_per_span', (ledger + derived) / spans, 'bytes', baseline > 0 ? baseline : null),
    figure('store.ledger_bytes_per_span', ledger / spans, 'bytes'),
    figure('store.derived_bytes_per_span', derived / spans, 'bytes'),
    ...tables
      .filter(({ name, bytes }) => isDerived(name) && Number(bytes) / spans >= 0.5)
      .map(({ name, bytes }) => figure(`store.${name}_bytes_per_span`, Number(bytes) / spans, 'bytes')),
    figure('store.content_bytes_per_span', bytesOf((table) => CONTENT.has(table)) / spans, 'bytes'),
    figure('store.bytes_per_governed_step', (ledger + derived) / Number(counts?.steps), 'bytes'),
    figure('store.spans', spans, 'spans'),
  ];
}
