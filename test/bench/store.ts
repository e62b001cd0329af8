import type { CollectorProcess } from '../faults/ledger-process.ts';
import { type Figure, figure } from './figure.ts';
import { sendGovernedSteps } from './governed-steps.ts';
import { runText } from './run-statement.ts';
import { settled } from './settled.ts';

/** Tables that hold what can't be derived. */
const LEDGER: ReadonlySet<string> = new Set(['ledger']);
const CONTENT: ReadonlySet<string> = new Set(['content']);
/** Tables that grow with the steps; lists of prices and the like do not. */
const OF_STEPS: ReadonlySet<string> = new Set([
  'ledger',
  'span_rows',
  'step_rows',
  'event_rows',
  'event_names',
  'run_rows',
  'run_traces',
  'trace_days',
  'touched',
]);
const BASELINE: ReadonlySet<string> = new Set(['baseline_spans']);

/** What a table takes on disk. */
export interface TableSize {
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
}

/**
 * Bytes on disk of what was ingested since `before`: active parts as the engine has left them, without OPTIMIZE. Second versions of rows that no merge has
 * taken out yet are counted too.
 */
export async function measureStore(
  collector: CollectorProcess,
  mergesMs: number,
  before: readonly TableSize[],
): Promise<Figure[]> {
  await settled(collector, mergesMs);
  const tables = (await readTables(collector)).map(({ name, bytes, rows }): TableSize => {
    const old = before.find((one) => one.name === name);
    return { name, bytes: bytes - (old?.bytes ?? 0), rows: rows - (old?.rows ?? 0) };
  });
  const sum = (isWanted: (table: string) => boolean, of: 'bytes' | 'rows'): number =>
    tables.filter(({ name }) => isWanted(name)).reduce((total, table) => total + table[of], 0);
  const bytesOf = (isWanted: (table: string) => boolean): number => sum(isWanted, 'bytes');
  const spans = sum((table) => LEDGER.has(table), 'rows');
  const baselineSpans = sum((table) => BASELINE.has(table), 'rows');
  const baseline = bytesOf((table) => BASELINE.has(table)) / Math.max(1, baselineSpans);
  const isDerived = (table: string) => !LEDGER.has(table) && !CONTENT.has(table) && !BASELINE.has(table);
  const ledger = bytesOf((table) => LEDGER.has(table));
  const derived = bytesOf(isDerived);
  return [
    figure('store.bytes_per_span', (ledger + derived) / spans, 'bytes', baseline > 0 ? baseline : null),
    figure('store.ledger_bytes_per_span', ledger / spans, 'bytes'),
    figure('store.derived_bytes_per_span', derived / spans, 'bytes'),
    ...tables
      .filter(({ name, bytes }) => isDerived(name) && bytes / spans >= 0.5)
      .map(({ name, bytes }) => figure(`store.${name}_bytes_per_span`, bytes / spans, 'bytes')),
    figure('store.content_bytes_per_span', bytesOf((table) => CONTENT.has(table)) / spans, 'bytes'),
    figure('store.spans', spans, 'spans'),
  ];
}

/**
 * Bytes on disk of a governed step of the SDK, content apart, on a collector that holds nothing else. The tables are merged first, as the
 * engine does by itself with days that rest.
 */
export async function measureGovernedStore(collector: CollectorProcess, steps: number): Promise<Figure[]> {
  await sendGovernedSteps(collector.url, steps);
  await settled(collector, 0);
  for (const { name } of await readTables(collector)) await runText(collector, name, `OPTIMIZE TABLE ${name} FINAL`);
  const [counts] = await collector.query<{ steps: string }>(
    "SELECT count() AS steps FROM step_rows FINAL WHERE source = 'outcome' AND governed",
  );
  if (Number(counts?.steps) !== steps) throw new Error(`${counts?.steps} of ${steps} governed steps arrived`);
  const tables = (await readTables(collector)).filter(({ name }) => OF_STEPS.has(name));
  const sum = tables.reduce((total, { bytes }) => total + bytes, 0);
  return [
    figure('store.bytes_per_governed_step', sum / steps, 'bytes'),
    ...tables.map(({ name, bytes }) => figure(`store.governed_step.${name}_bytes`, bytes / steps, 'bytes')),
  ];
}

/** Reads what the active parts of each table take. */
export async function readTables(collector: CollectorProcess): Promise<TableSize[]> {
  const tables = await collector.query<{ name: string; bytes: string; rows: string }>(`
    SELECT table AS name, sum(bytes_on_disk) AS bytes, sum(rows) AS rows
    FROM system.parts WHERE active AND database = 'spanledger' GROUP BY table ORDER BY table`);
  return tables.map(({ name, bytes, rows }) => ({ name, bytes: Number(bytes), rows: Number(rows) }));
}
