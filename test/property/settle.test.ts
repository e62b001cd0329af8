import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveRows } from '../../collector/src/settle/corrections.ts';
import { plusDecimal } from '../../collector/src/settle/decimal.ts';
import type { SpanRow } from '../../collector/src/settle/read-rows.ts';
import type { StepRow } from '../../collector/src/settle/read-steps.ts';
import { resolveTraces } from '../../collector/src/settle/resolve-traces.ts';
import { type SpanNode, type StepKey, stepKeyText } from '../../collector/src/settle/span-node.ts';
import { stepCorrections } from '../../collector/src/settle/step-corrections.ts';
import type { TraceSpan } from '../../collector/src/settle/trace-span.ts';

const maybe = (values: fc.Arbitrary<number>): fc.Arbitrary<number | null> => fc.option(values, { nil: null });

/** Spans of two traces, in a tree, a forest or a circle. */
const spans: fc.Arbitrary<SpanRow[]> = fc
  .array(
    fc.record({
      traceId: fc.constantFrom('t1', 't1', 't2'),
      parent: fc.nat(12),
      start: fc.nat(5),
      lasts: fc.nat(2),
      run: fc.constantFrom('', '', 'r1', 'r2'),
      step: fc.constantFrom('', '', 's1', 's2'),
      governed: fc.boolean(),
      operation: fc.constantFrom('', 'chat', 'chat', 'execute_tool', 'invoke_agent'),
      isProducer: fc.boolean(),
      link: fc.nat(12),
      responseId: fc.constantFrom('', 'x', 'y'),
      usageScope: fc.constantFrom('', '', 'own', 'total'),
      inputTokens: maybe(fc.nat(3)),
      costUsd: fc.option(fc.constantFrom('0.1', '0.2'), { nil: null }),
      computed: fc.boolean(),
      agentName: fc.constantFrom('', '', 'a', 'b'),
      carbonGco2e: maybe(fc.constantFrom(0.1, 0.2, 0.3)),
      counted: fc.boolean(),
      onTwoDays: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((found) =>
    found.flatMap((one, index) => {
      const row = rowOf(one, index);
      return one.onTwoDays ? [row, { ...row, cursor: row.cursor + 1000n, eventDate: '2026-01-02' }] : [row];
    }),
  );

function rowOf(
  one: Pick<
    TraceSpan,
    'traceId' | 'governed' | 'operation' | 'responseId' | 'usageScope' | 'inputTokens' | 'costUsd' | 'isProducer'
  > & {
    readonly carbonGco2e: number | null;
    readonly computed: boolean;
    readonly agentName: string;
    readonly parent: number;
    readonly link: number;
    readonly start: number;
    readonly lasts: number;
    readonly run: string;
    readonly step: string;
    readonly counted: boolean;
  },
  index: number,
): SpanRow {
  const isModelCall = one.operation === 'chat' && !(one.governed && one.step !== '');
  const computed = one.computed && isModelCall && one.costUsd !== null;
  return {
    ...one,
    spanId: `span-${index}`,
    parentSpanId: one.parent === 0 ? '' : `span-${one.parent}`,
    startTime: String(one.start),
    endTime: String(one.start + one.lasts),
    cursor: BigInt(index + 1),
    runId: one.run === '' ? one.traceId : one.run,
    runStamped: one.run !== '',
    stepId: one.step,
    stepStamped: one.step !== '',
    attempt: 1,
    links: one.link === 0 ? [] : [`${one.traceId}span-${one.link}`],
    governed: one.governed && one.step !== '',
    isModelCall,
    provider: '',
    model: '',
    agentStamped: one.agentName !== '',
    costSource: computed ? 'collector' : one.costUsd === null ? '' : 'sdk',
    priceVersion: computed ? 'list 1' : '',
    isRollup: one.operation === 'invoke_agent',
    outputTokens: null,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    reasoningTokens: null,
    counted: { usage: one.counted, cost: one.counted, carbon: one.counted },
    eventDate: '2026-01-01',
    origin: 1,
  };
}

/** A step row for each span that could have one, and a decision now and then. */
function stepRowsOf(rows: readonly SpanRow[]): StepRow[] {
  return rows
    .filter((row) => row.stepId !== '' || row.operation !== '')
    .map((row, index) => ({
      run_id: row.runId,
      run_stamped: row.runStamped,
      step_id: row.stepId === '' ? row.spanId : row.stepId,
      attempt: 1,
      event_date: row.eventDate,
      version: String(1_000_000n - row.cursor),
      origin: 1,
      position: String(row.cursor),
      source: index % 5 === 4 ? 'decision' : 'outcome',
      trace_id: row.traceId,
      span_id: row.spanId,
      call_count: 0,
      input_tokens: null,
      output_tokens: null,
      cache_read_tokens: null,
      cache_write_tokens: null,
      reasoning_tokens: null,
      cost_usd: null,
      cost_source: '',
      price_version: '',
      agent_name: '',
      carbon_gco2e: null,
      parent_run_id: '',
      parent_step_id: '',
      linked_spans: [],
      linkable_spans: [],
    }));
}

const sorted = (values: readonly unknown[]): string[] =>
  values
    .map((value) => JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner)))
    .sort();

const byStep = (values: ReadonlyMap<StepKey, unknown>): string[] =>
  sorted([...values].map(([step, value]) => [stepKeyText(step), value]));

const nodesOf = (rows: readonly SpanRow[]): readonly SpanNode<SpanRow>[] => resolveTraces(rows).groups.flat();

function above({ parent }: SpanNode): SpanNode[] {
  return parent === undefined ? [] : [parent, ...above(parent)];
}

const inTwoOrders = spans.chain((rows) =>
  fc.record({ rows: fc.constant(rows), shuffled: fc.shuffledSubarray(rows, { minLength: rows.length }) }),
);

test('what spans turn out to be does not depend on the order in which they are read', () => {
  fc.assert(
    fc.property(inTwoOrders, ({ rows, shuffled }) => {
      const [a, b] = [resolveRows(rows), resolveRows(shuffled)];
      expect(sorted(b.corrections)).toEqual(sorted(a.corrections));
      expect(byStep(b.totals)).toEqual(byStep(a.totals));
      expect(byStep(b.links)).toEqual(byStep(a.links));
      expect(sorted([...b.runs])).toEqual(sorted([...a.runs]));
    }),
  );
});

test('what is wrong with step rows does not depend on the order in which they are read', () => {
  fc.assert(
    fc.property(inTwoOrders, fc.func(fc.nat()), ({ rows }, order) => {
      const resolution = resolveRows(rows);
      const steps = stepRowsOf(rows);
      const shuffled = steps.toSorted((a, b) => order(a.position) - order(b.position));
      const [a, b] = [stepCorrections(steps, resolution), stepCorrections(shuffled, resolution)];
      expect(sorted(b.corrections)).toEqual(sorted(a.corrections));
      expect(sorted(b.intruders)).toEqual(sorted(a.intruders));
    }),
  );
});

test('rows that are corrected need no correction', () => {
  fc.assert(
    fc.property(spans, (rows) => {
      const first = resolveRows(rows);
      const kept = first.nodes.map(({ span: row }): SpanRow => {
        const found = first.corrections.find(
          (one) => one.span === row.spanId && one.trace === row.traceId && !one.is_deleted,
        );
        if (found === undefined) return row;
        const { usage_counted: usage, cost_counted: cost, carbon_counted: carbon, agent_name: agentName } = found;
        return {
          ...row,
          runId: found.run_id,
          stepId: found.step_id,
          attempt: found.attempt,
          agentName,
          counted: { usage, cost, carbon },
        };
      });
      expect(resolveRows(kept).corrections).toEqual([]);
    }),
  );
});

test('of one step at most one outcome counts, and only what carries a measure does', () => {
  fc.assert(
    fc.property(spans, (rows) => {
      const seen = new Set<StepKey | undefined>();
      const first = rows.filter((row) => row.eventDate === '2026-01-01');
      for (const { span, step, counted } of nodesOf(first)) {
        if (counted.usage) expect(span.inputTokens).not.toBeNull();
        if (counted.cost) expect(span.costUsd).not.toBeNull();
        if (!span.governed || !counted.usage || span.usageScope === 'own') continue;
        expect(seen.has(step)).toBe(false);
        seen.add(step);
      }
    }),
  );
});

test('of calls of a trace at one time with one response at most one counts', () => {
  fc.assert(
    fc.property(spans, (rows) => {
      const first = rows.filter((row) => row.eventDate === '2026-01-01');
      const counted = nodesOf(first)
        .filter(({ span, counted }) => counted.usage && span.isModelCall && span.usageScope === '')
        .map(({ span }) => span)
        .filter((span) => span.responseId !== '');
      for (const a of counted) {
        for (const b of counted) {
          if (a === b || a.traceId !== b.traceId || a.responseId !== b.responseId) continue;
          expect(a.endTime < b.startTime || b.endTime < a.startTime).toBe(true);
        }
      }
    }),
  );
});

test('a roll-up outside of steps counts just where it says something and nothing below it counts', () => {
  fc.assert(
    fc.property(spans, (rows) => {
      const first = rows.filter((row) => row.eventDate === '2026-01-01' && row.stepId === '');
      const resolved = nodesOf(first);
      const under = new Set(resolved.filter(({ counted }) => counted.usage).flatMap(above));
      for (const node of resolved) {
        const { span, counted } = node;
        if (!span.isRollup || span.usageScope !== '') continue;
        expect(counted.usage).toBe(span.inputTokens !== null && !under.has(node));
      }
    }),
  );
});

test('the enclosing step is that of the nearest ancestor that has another', () => {
  fc.assert(
    fc.property(spans, (rows) => {
      const first = rows.filter((row) => row.eventDate === '2026-01-01');
      const nameOf = (step: StepKey | undefined): string => JSON.stringify([step?.runId, step?.stepId]);
      for (const node of nodesOf(first)) {
        const steps = above(node).map(({ step }) => step);
        const others = steps.filter((one) => one !== undefined && nameOf(one) !== nameOf(node.step));
        expect(nameOf(node.enclosing)).toBe(nameOf(others[0]));
      }
    }),
  );
});

test('decimals add exactly', () => {
  const units = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
  const text = (value: bigint): string => {
    const digits = (value < 0n ? -value : value).toString().padStart(10, '0');
    return `${value < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
  };
  fc.assert(
    fc.property(units, units, (a, b) => {
      const sum = plusDecimal(text(a), text(b)) ?? '';
      const [whole = '', fraction = ''] = sum.replace('-', '').split('.');
      const value = BigInt(whole + fraction.padEnd(9, '0')) * (sum.startsWith('-') ? -1n : 1n);
      expect(value).toBe(a + b);
    }),
  );
  expect(plusDecimal('0.1', '0.2')).toBe('0.3');
  expect(plusDecimal(null, null)).toBeNull();
  expect(plusDecimal(null, '0.2')).toBe('0.2');
});

test('computed costs change nothing about stated ones, and none counts where its step states a cost', () => {
  fc.assert(
    fc.property(spans, (rows) => {
      const first = rows.filter((row) => row.eventDate === '2026-01-01');
      const stated = (row: SpanRow): SpanRow =>
        row.priceVersion === '' ? row : { ...row, costUsd: null, costSource: '', priceVersion: '' };
      const counts = (of: readonly SpanRow[]): string[] =>
        nodesOf(of)
          .filter(({ span, counted }) => counted.cost && span.priceVersion === '')
          .map(({ span }) => span.traceId + span.spanId)
          .sort();
      expect(counts(first)).toEqual(counts(first.map(stated)));
      const resolved = nodesOf(first);
      const outcomes = new Map<StepKey | undefined, (typeof resolved)[number]>();
      for (const one of resolved) {
        const best = outcomes.get(one.step);
        if (one.span.governed && (best === undefined || one.span.cursor < best.span.cursor)) {
          outcomes.set(one.step, one);
        }
      }
      for (const { span, step, counted } of resolved) {
        const outcome = outcomes.get(step)?.span;
        const states = outcome !== undefined && outcome.costUsd !== null && outcome.usageScope !== 'own';
        if (span.priceVersion !== '' && states) expect(counted.cost).toBe(false);
      }
    }),
  );
});
