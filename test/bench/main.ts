/** `npm run bench`: measures the collector against a baseline and prints the figures; see README.md beside this file. */
import os from 'node:os';
import type { CollectorProcess } from '../faults/ledger-process.ts';
import { BodySource } from './body-source.ts';
import { type Figure, figure, tableOf, writeFigures } from './figure.ts';
import { measureIngest, startBaseline } from './ingest.ts';
import { load } from './load.ts';
import { type BenchOptions, readOptions } from './options.ts';
import { measureQueries } from './query.ts';
import { measureSdk } from './sdk/measure-sdk.ts';
import { measureStart } from './start.ts';
import { measureGovernedStore, measureStore, readTables } from './store.ts';

const options = readOptions(process.argv.slice(2));
const { isQuick } = options;
const mergesMs = isQuick ? 500 : 20_000;
const idleSeconds = isQuick ? 1 : 20;
const nodeFlags = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

async function measureIngestAndStore(collector: CollectorProcess, parts: BenchOptions['parts']): Promise<Figure[]> {
  const figures: Figure[] = [];
  if (parts.includes('store')) {
    say('store: governed steps');
    figures.push(...(await measureGovernedStore(collector, isQuick ? 2000 : 40_000)));
  }
  const before = await readTables(collector);
  const baseline = await startBaseline(collector);
  try {
    if (parts.includes('ingest')) {
      const length = { isQuick, seconds: isQuick ? 1 : 8, warmUpSeconds: isQuick ? 0.4 : 2, mergesMs };
      figures.push(...(await measureIngest(collector, baseline, length, say)));
    } else {
      const bodies = new BodySource('protobuf', 500);
      const spans = isQuick ? 50_000 : 500_000;
      for (const { url } of [collector, baseline]) await load({ url, bodies, clients: 8, seconds: 600, spans });
    }
    if (parts.includes('store')) figures.push(...(await measureStore(collector, mergesMs, before)));
  } finally {
    await baseline.stop();
  }
  return figures;
}

async function measure(): Promise<Figure[]> {
  const { parts, steps } = options;
  const [loadBefore = 0] = os.loadavg();
  const figures = [figure('machine.load_average_before', loadBefore, 'processes')];
  if (parts.includes('sdk')) {
    const length = isQuick
      ? { steps: 20_000, longSteps: 100_000, rounds: 100 }
      : { steps: 100_000, longSteps: 1_000_000, rounds: 400 };
    figures.push(...(await measureSdk(length, say)));
    if (parts.length === 1) return figures;
  }
  say('start');
  const { collector, figures: started } = await measureStart(nodeFlags, idleSeconds);
  figures.push(...started);
  try {
    if (parts.includes('ingest') || parts.includes('store')) {
      figures.push(...(await measureIngestAndStore(collector, parts)));
    }
  } finally {
    await collector.stop();
  }
  if (parts.includes('query')) {
    // On fresh data, so that the views hold what is generated and nothing else.
    const { collector: asked } = await measureStart(nodeFlags, 0);
    try {
      const length = {
        steps,
        repetitions: isQuick ? 5 : 60,
        mergesMs: isQuick ? 500 : 120_000,
        waitsForRolls: !isQuick,
      };
      figures.push(...(await measureQueries(asked, length, say)));
    } finally {
      await asked.stop();
    }
  }
  return figures;
}

const figures = await measure();
process.stdout.write(`${tableOf(figures)}\n`);
process.stdout.write(
  `\n${os.availableParallelism()} cores (${os.cpus()[0]?.model ?? 'unknown'}), ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.version}, load average at the end ${os.loadavg().join(' ')}\n`,
);
if (options.json !== undefined) await writeFigures(options.json, figures);
