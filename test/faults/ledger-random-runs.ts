import fc from 'fast-check';
import type { Sendable } from './ledger-dump.ts';
import { BLOCKED, event, governed, operation, plain, type SaidUsage, spanIdOf, stamp } from './ledger-scenes.ts';

/** How a span of a random run came to be. */
interface Node {
  /** Which of the nodes before it is its parent; 0 for none. */
  readonly parent: number;
  readonly trace: 0 | 1;
  readonly run: 0 | 1;
  readonly kind:
    | 'governed'
    | 'blocked'
    | 'failed'
    | 'retry'
    | 'chat'
    | 'embeddings'
    | 'tool'
    | 'agent'
    | 'plain'
    | 'lost';
  /** What an ungoverned span names: nothing, its run, or its run and the step of node `step`. */
  readonly stamped: 'no' | 'run' | 'step';
  readonly step: number;
  readonly start: number;
  readonly usage: SaidUsage;
  /** Model of a call; one that has a price, or none. */
  readonly model: string;
  /** Agent that the span names; empty for none. */
  readonly agent: string;
  readonly decided: 'no' | 'stamped' | 'unstamped';
  readonly event: 'no' | 'span_event' | 'log';
}

const usage: fc.Arbitrary<SaidUsage> = fc
  .record(
    {
      input: fc.integer({ min: 0, max: 9 }),
      output: fc.integer({ min: 0, max: 9 }),
      cost: fc.constantFrom(0.1, 0.2, 0.000000001),
      carbon: fc.constantFrom(0.1, 0.2, 0.3),
      responseId: fc.constantFrom('r-1', 'r-2'),
      scope: fc.constantFrom('own' as const, 'total' as const),
    },
    { requiredKeys: [] },
  )
  .map((said) => said);

const node: fc.Arbitrary<Node> = fc.record({
  parent: fc.nat(20),
  trace: fc.constantFrom<0 | 1>(0, 0, 0, 1),
  run: fc.constantFrom<0 | 1>(0, 0, 0, 1),
  kind: fc.constantFrom(
    ...(['governed', 'governed', 'blocked', 'failed', 'retry', 'chat', 'chat', 'chat'] as const),
    ...(['embeddings', 'tool', 'agent', 'plain', 'lost'] as const),
  ),
  stamped: fc.constantFrom('no' as const, 'no' as const, 'run' as const, 'step' as const),
  step: fc.nat(20),
  start: fc.nat(30),
  usage,
  model: fc.constantFrom('m-1', 'gpt-4o', 'claude-haiku-4-5'),
  agent: fc.constantFrom('', '', 'planner', 'writer'),
  decided: fc.constantFrom('no' as const, 'stamped' as const, 'unstamped' as const),
  event: fc.constantFrom('no' as const, 'no' as const, 'span_event' as const, 'log' as const),
});

/** A random run and how it is told. */
export interface RandomRun {
  readonly nodes: readonly Node[];
  readonly ended: boolean;
  readonly paused: boolean;
  /** For each record: in which round it comes, where in that round, and in which round it comes again. */
  readonly telling: readonly { readonly round: number; readonly place: number; readonly again: number }[];
}

/** Rounds in which a run is told. */
export const ROUNDS = 4;

/** Runs of up to twelve spans over two traces and two run ids, told in a random order and grouping with duplicates. */
export const randomRun: fc.Arbitrary<RandomRun> = fc.record({
  nodes: fc.array(node, { minLength: 1, maxLength: 12 }),
  ended: fc.boolean(),
  paused: fc.boolean(),
  telling: fc.array(fc.record({ round: fc.nat(ROUNDS - 1), place: fc.nat(1000), again: fc.nat(3 * ROUNDS) }), {
    minLength: 50,
    maxLength: 50,
  }),
});

/** Ids of a run's records: equal runs under other ids must come out equal. */
export interface Ids {
  readonly runs: readonly [string, string];
  readonly traces: readonly [string, string];
}

/** The records of a run in their natural order. */
export function recordsOf({ nodes, ended, paused }: RandomRun, ids: Ids): Sendable[] {
  const records: Sendable[] = [];
  const run = { 'spanledger.run.id': ids.runs[0] };
  records.push(event('spanledger.run.started', 0, { ...run, 'spanledger.event.id': `${ids.runs[0]}-started` }));
  for (const [index, one] of nodes.entries()) records.push(...recordsOfNode(nodes, one, index + 1, ids));
  if (paused)
    records.push(event('spanledger.run.paused', 40, { ...run, 'spanledger.event.id': `${ids.runs[0]}-paused` }));
  if (ended) records.push(event('spanledger.run.ended', 100, { ...run, 'spanledger.run.status': 'failed' }));
  return records;
}

function recordsOfNode(nodes: readonly Node[], one: Node, id: number, ids: Ids): Sendable[] {
  const trace = ids.traces[one.trace];
  const parent = one.parent < id && one.parent > 0 ? one.parent : undefined;
  // No two spans start within a microsecond: of bare spans of a step that do, one stands by its id.
  const start = one.start + id / 100;
  const named = one.agent === '' ? {} : { 'gen_ai.agent.name': one.agent };
  const said = { trace, id, parent, start, end: start + id, ...eventOf(one) };
  const of = { run: ids.runs[one.run], step: `s${one.kind === 'retry' ? (one.step % id) + 1 : id}`, attempt: 1 };
  // Attempts of one step differ by the span that makes them, so that no step has two outcomes.
  if (one.kind === 'retry') of.attempt = id + 1;
  const found: Sendable[] = [];
  if (one.event === 'log') found.push(event('custom', one.start, { n: id }, { traceId: trace, spanId: spanIdOf(id) }));
  if (['governed', 'blocked', 'failed', 'retry', 'lost'].includes(one.kind)) {
    const by = { ...stamp(of), ...(one.decided === 'unstamped' ? { 'spanledger.run.id': '' } : {}) };
    if (one.decided !== 'no' || one.kind === 'lost') {
      found.push(event('spanledger.step.decided', one.start, by, { traceId: trace, spanId: spanIdOf(id) }));
    }
    if (one.kind === 'lost') return found;
    const facts = one.kind === 'blocked' ? BLOCKED : one.kind === 'failed' ? { 'spanledger.status': 'failed' } : {};
    return [...found, governed(of, { ...said, attributes: { ...facts, ...named } }, one.usage)];
  }
  const stepNode = nodes[one.step % nodes.length];
  const step = { run: ids.runs[stepNode?.run ?? 0], step: `s${(one.step % nodes.length) + 1}` };
  const attributes =
    one.stamped === 'no' ? {} : one.stamped === 'run' ? { 'spanledger.run.id': ids.runs[one.run] } : stamp(step);
  if (one.kind === 'plain') return [...found, plain({ ...said, attributes })];
  const name = { chat: 'chat', embeddings: 'embeddings', tool: 'execute_tool', agent: 'invoke_agent' }[
    one.kind as 'chat'
  ];
  const model = one.kind === 'tool' ? {} : { 'gen_ai.request.model': one.model };
  return [...found, operation(name, { ...said, attributes: { ...attributes, ...named, ...model } }, one.usage)];
}

function eventOf(one: Node): object {
  return one.event === 'span_event' ? { more: { events: [{ name: 'token', timeUnixNano: 5n }] } } : {};
}

/** The records of each round, in the order in which they are sent. */
export function roundsOf(run: RandomRun, ids: Ids): Sendable[][] {
  const records = recordsOf(run, ids).map((record, index) => {
    const { round, place, again } = run.telling[index % run.telling.length] ?? { round: 0, place: 0, again: ROUNDS };
    return { record, place, rounds: again > round && again < ROUNDS ? [round, again] : [round] };
  });
  records.sort((a, b) => a.place - b.place);
  return Array.from({ length: ROUNDS }, (_, round) =>
    records.filter(({ rounds }) => rounds.includes(round)).map(({ record }) => record),
  );
}
