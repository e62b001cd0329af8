import os from 'node:os';
import type { CollectorProcess } from '../faults/ledger-process.ts';
import { BaselineProcess } from './baseline/baseline-process.ts';
import { BodySource } from './body-source.ts';
import { type Figure, figure } from './figure.ts';
import { type MeasuredLoad, measuredLoad } from './measured-load.ts';
import { runStatement } from './run-statement.ts';
import type { Encoding } from './stamped-body.ts';
import { percentile } from './statistics.ts';

/** One load: requests of so many spans from so many clients. */
interface Case {
  readonly encoding: Encoding;
  readonly spans: number;
  readonly clients: number;
}

/** The case whose figures have no size and number of clients in their name. */
const HEAD = { spans: 500, clients: 8 } as const;

const ENCODINGS: readonly Encoding[] = ['protobuf', 'json'];
const QUICK: readonly Case[] = [
  ...ENCODINGS.map((encoding) => ({ encoding, ...HEAD })),
  { encoding: 'protobuf', spans: 1, clients: 32 },
];
const WHOLE: readonly Case[] = ENCODINGS.flatMap((encoding) =>
  [500, 50, 1].flatMap((spans) => [1, 8, 32].map((clients) => ({ encoding, spans, clients }))),
);

/** How long the parts of a run are. */
export interface IngestLength {
  readonly isQuick: boolean;
  /** Seconds that each load is sent. */
  readonly seconds: number;
  /** Seconds that the same load is sent before it counts. */
  readonly warmUpSeconds: number;
  /** Longest wait for merges after each load, milliseconds. */
  readonly mergesMs: number;
}

/** Makes the baseline's table and starts it. */
export async function startBaseline(collector: CollectorProcess): Promise<BaselineProcess> {
  await runStatement(collector, 'baseline/spans.sql');
  return BaselineProcess.start(collector.engineUrl);
}

/** Loads the collector and the baseline in turns; gives the figures of both. */
export async function measureIngest(
  collector: CollectorProcess,
  baseline: BaselineProcess,
  length: IngestLength,
  say: (text: string) => void,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const sides = [collector, baseline] as const;
  const cores = os.availableParallelism();
  for (const one of length.isQuick ? QUICK : WHOLE) {
    const bodies = new BodySource(one.encoding, one.spans);
    const measured: MeasuredLoad[] = [];
    for (const { url, pid } of sides) {
      say(
        `${one.encoding}, ${one.clients} clients, requests of ${one.spans}: ${pid === baseline.pid ? 'baseline' : 'collector'}`,
      );
      const { seconds, warmUpSeconds, mergesMs } = length;
      const common = { bodies, clients: one.clients, cores, url };
      measured.push(await measuredLoad(collector, pid, { ...common, seconds, warmUpSeconds, mergesMs }));
    }
    const [ours, theirs] = measured;
    if (ours !== undefined && theirs !== undefined) figures.push(...figuresOf(one, ours, theirs));
  }
  return figures;
}

function figuresOf(one: Case, ours: MeasuredLoad, theirs: MeasuredLoad): Figure[] {
  const isHead = one.spans === HEAD.spans && one.clients === HEAD.clients;
  const prefix = `ingest.${one.encoding}.${isHead ? '' : `${one.spans}x${one.clients}.`}`;
  const both = (name: string, unit: string, of: (load: MeasuredLoad) => number): Figure =>
    figure(`${prefix}${name}`, of(ours), unit, of(theirs));
  const ack = (share: number) => (load: MeasuredLoad) => percentile(load.latencies, share);
  const perSpan = (seconds: number, spans: number) => (seconds * 1e6) / spans;
  const p99 = both('ack_ms_p99', 'ms', ack(0.99));
  return [
    both('spans_per_s', 'spans/s', (load) => load.spans / load.seconds),
    // The baseline derives nothing.
    figure(`${prefix}settled_spans_per_s`, ours.allSpans / ours.settledSeconds, 'spans/s'),
    ...(one.spans === 1 ? [both('requests_per_s', 'requests/s', (load) => load.requests / load.seconds)] : []),
    both('collector_us_per_span', 'us', (load) => perSpan(load.loadedCpuSeconds, load.allSpans)),
    both('engine_us_per_span', 'us', (load) => perSpan(load.engineCpuSeconds, load.allSpans)),
    both('generator_us_per_span', 'us', (load) => perSpan(load.generatorCpuSeconds, load.spans)),
    both('ack_ms_p50', 'ms', ack(0.5)),
    p99,
    ...(isHead && one.encoding === 'protobuf' ? [{ ...p99, name: 'ingest.ack_ms_p99' }] : []),
    both('refusals', 'answers', (load) => load.refusals),
    both('collector_peak_mb', 'MB', (load) => load.loadedPeakBytes / 1e6),
    both('engine_peak_mb', 'MB', (load) => load.enginePeakBytes / 1e6),
    both('foreign_cpu_percent', '%', (load) => load.foreignShare * 100),
  ];
}
