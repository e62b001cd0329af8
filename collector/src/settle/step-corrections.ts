import type { Resolution } from './corrections.ts';
import { toUnits } from './decimal.ts';
import type { StepRow, StepUsage } from './read-steps.ts';
import { type SpanNode, type Step, type StepKey, stepKeyText } from './span-node.ts';
import { isSamePlace, placeOfStep, type StepPlace } from './step-places.ts';
import type { StepTotals } from './step-totals.ts';

/** What a step row must say; under `new_run_id`, or not at all where `is_deleted`. */
export interface StepCorrection extends StepUsage, StepPlace {
  readonly run_id: string;
  readonly step_id: string;
  readonly attempt: number;
  readonly event_date: string;
  /** As in `SpanCorrection`. */
  readonly position: string;
  readonly new_run_id: string;
  readonly is_deleted: number;
  readonly agent_name: string;
}

/** A row that must be taken out of its place. */
export interface Intruder {
  readonly row: StepRow;
  /** True where its record has another place. */
  readonly moves: boolean;
}

/** What is wrong with step rows. */
export interface StepFindings {
  readonly corrections: readonly StepCorrection[];
  /**
   * Rows that must be taken out, not marked as deleted, since the mark would stand above the row of a record that comes by that step
   * rightly: outcomes of records that lost their name to an earlier one, and rows that stood for a while at another run's step.
   */
  readonly intruders: readonly Intruder[];
}

/** Says what is wrong with step rows: rows of calls, rows under a wrong run, wrong usage, second rows of a step, rows of losers. */
export function stepCorrections(rows: readonly StepRow[], resolution: Resolution): StepFindings {
  const groups = new Map<string, StepGroup>();
  const corrections: StepCorrection[] = [];
  const intruders: Intruder[] = [];
  for (const row of rows) {
    const node = resolution.trees.get(row.trace_id)?.node(row.span_id);
    const wanted = wantedRun(row, node, resolution.runs);
    if (wanted.kind === 'intruder') intruders.push({ row, moves: false });
    if (wanted.kind === 'none') corrections.push(correction(row, row.run_id, 1));
    if (wanted.kind !== 'run') continue;
    const key = { runId: wanted.runId, stepId: row.step_id, attempt: row.attempt };
    const text = stepKeyText(key);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { key, step: resolution.steps.get(text), rows: [{ row, node }] });
    else group.rows.push({ row, node });
  }
  for (const group of groups.values()) {
    // At its trace's own id a row stood for want of a run, and no other can come there by right.
    const stray = group.rows.filter(({ row }) => row.run_id !== row.trace_id && row.run_id !== group.key.runId);
    for (const { row } of stray) intruders.push({ row, moves: true });
    // Its other rows are settled once it is gone.
    if (stray.length === 0) settleStep(group, resolution, corrections);
  }
  return { corrections, intruders };
}

/** Rows that stand, or should stand, at one step. */
interface StepGroup {
  readonly key: StepKey;
  /** The step; undefined where no span belongs to it. */
  readonly step: Step | undefined;
  readonly rows: { readonly row: StepRow; readonly node: SpanNode | undefined }[];
}

type Wanted =
  | { readonly kind: 'run'; readonly runId: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'intruder' };

/** Run under which a row should stand, if it should stand at all. */
function wantedRun(row: StepRow, node: SpanNode | undefined, runs: ReadonlyMap<string, string>): Wanted {
  if (row.source === 'decision') {
    return { kind: 'run', runId: row.run_stamped ? row.run_id : (node?.runId ?? runs.get(row.trace_id) ?? row.run_id) };
  }
  if (node === undefined) return { kind: 'run', runId: row.run_id };
  if (row.source === 'outcome' && node.span.cursor < BigInt(row.position)) return { kind: 'intruder' };
  const { step, isStep } = node;
  if (!isStep || step?.stepId !== row.step_id || step.attempt !== row.attempt) return { kind: 'none' };
  return { kind: 'run', runId: node.runId };
}

/** Of all rows of a step the one of the highest version stays, under the step's run. */
function settleStep({ key, step, rows }: StepGroup, { totals, links }: Resolution, found: StepCorrection[]): void {
  const [first, ...more] = rows;
  if (first === undefined) return;
  const best = more.reduce((a, b) => (BigInt(b.row.version) > BigInt(a.row.version) ? b : a), first);
  const { row, node } = best;
  const isPlace = (one: StepRow): boolean => one.run_id === key.runId && one.event_date === row.event_date;
  for (const other of rows) if (!isPlace(other.row)) found.push(correction(other.row, other.row.run_id, 1));
  const total = step && totals.get(step);
  const place = node === undefined ? row : placeOfStep(key, node, step && links.get(step));
  // A step's agent is its span's: its own, or the one that it ran for.
  const agent = row.source === 'decision' ? row.agent_name : (node?.agentName ?? row.agent_name);
  const same = isPlace(row) && isSamePlace(row, place) && row.agent_name === agent;
  if (same && (total === undefined || sameTotals(row, total))) return;
  found.push(correction({ ...row, agent_name: agent }, key.runId, 0, total, place));
}

function correction(
  row: StepRow,
  newRunId: string,
  isDeleted: number,
  totals?: StepTotals,
  place: StepPlace = row,
): StepCorrection {
  return {
    run_id: row.run_id,
    step_id: row.step_id,
    attempt: row.attempt,
    event_date: row.event_date,
    position: row.position,
    new_run_id: newRunId,
    is_deleted: isDeleted,
    call_count: totals?.callCount ?? row.call_count,
    input_tokens: totals === undefined ? row.input_tokens : totals.inputTokens,
    output_tokens: totals === undefined ? row.output_tokens : totals.outputTokens,
    cache_read_tokens: totals === undefined ? row.cache_read_tokens : totals.cacheReadTokens,
    cache_write_tokens: totals === undefined ? row.cache_write_tokens : totals.cacheWriteTokens,
    reasoning_tokens: totals === undefined ? row.reasoning_tokens : totals.reasoningTokens,
    cost_usd: totals === undefined ? row.cost_usd : totals.costUsd,
    cost_source: totals === undefined ? row.cost_source : totals.costSource,
    price_version: totals === undefined ? row.price_version : totals.priceVersion,
    carbon_gco2e: totals === undefined ? row.carbon_gco2e : totals.carbonGco2e,
    parent_run_id: place.parent_run_id,
    parent_step_id: place.parent_step_id,
    linked_spans: place.linked_spans,
    linkable_spans: place.linkable_spans,
    agent_name: row.agent_name,
  };
}

function sameTotals(row: StepRow, totals: StepTotals): boolean {
  return (
    row.call_count === totals.callCount &&
    row.input_tokens === totals.inputTokens &&
    row.output_tokens === totals.outputTokens &&
    row.cache_read_tokens === totals.cacheReadTokens &&
    row.cache_write_tokens === totals.cacheWriteTokens &&
    row.reasoning_tokens === totals.reasoningTokens &&
    isSameDecimal(row.cost_usd, totals.costUsd) &&
    row.cost_source === totals.costSource &&
    row.price_version === totals.priceVersion &&
    row.carbon_gco2e === totals.carbonGco2e
  );
}

function isSameDecimal(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && toUnits(a) === toUnits(b));
}
