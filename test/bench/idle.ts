/**
 * Measures a collector that has nothing to do: how its data directory grows, what memory and CPU it takes. `npm run bench:idle`, 20
 * minutes; `-- --minutes N` for another time, `-- --json FILE` for the figures as JSON.
 */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AS_BUILT, CollectorProcess } from '../faults/ledger-process.ts';
import { BodySource } from './body-source.ts';
import { type Figure, figure, tableOf, writeFigures } from './figure.ts';
import { load } from './load.ts';
import { cpuSecondsOf, memoryOf } from './process-usage.ts';
import { settled } from './settled.ts';

const MINUTES_OF_DAY = 1440;
/** Spans that are there before the rest begins. */
const SPANS = 2500;

/** Bytes that the files below a directory take on disk. Files that go meanwhile count as none. */
async function bytesBelow(directory: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(directory, { recursive: true })) {
    const found = await lstat(path.join(directory, name)).catch(() => undefined);
    bytes += (found?.blocks ?? 0) * 512;
  }
  return bytes;
}

async function measure(collector: CollectorProcess, minutes: number): Promise<Figure[]> {
  const processes = [collector.pid, collector.enginePid];
  const cpuSeconds = (): number => processes.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  const sizes = [await bytesBelow(collector.dataDirectory)];
  const [begin, cpuBefore] = [performance.now(), cpuSeconds()];
  for (let minute = 1; minute <= minutes; minute++) {
    await delay(60_000);
    sizes.push(await bytesBelow(collector.dataDirectory));
    process.stderr.write(`minute ${minute}: ${sizes.at(-1)} bytes\n`);
  }
  const seconds = (performance.now() - begin) / 1000;
  // Parts that a merge replaced before the rest began go some minutes later: what grows is told from the least on.
  const least = Math.min(...sizes);
  const growth = Math.max(...sizes.slice(sizes.indexOf(least))) - least;
  const days = seconds / 60 / MINUTES_OF_DAY;
  const [collectorBytes = 0, engineBytes = 0] = processes.map((pid) => memoryOf(pid).resident);
  return [
    figure('idle.minutes', seconds / 60, 'minutes'),
    figure('idle.disk_mb', least / 1e6, 'MB'),
    figure('idle.disk_growth_mb_per_day', growth / 1e6 / days, 'MB'),
    figure('idle.cpu_percent', ((cpuSeconds() - cpuBefore) / seconds) * 100, '%'),
    figure('idle.rested_collector_mb', collectorBytes / 1e6, 'MB'),
    figure('idle.rested_engine_mb', engineBytes / 1e6, 'MB'),
    figure('idle.rested_resident_mb', (collectorBytes + engineBytes) / 1e6, 'MB'),
  ];
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '20' }, json: { type: 'string' } } });
const minutes = Number(values.minutes);
if (!Number.isSafeInteger(minutes) || minutes < 1) throw new Error('--minutes takes a whole number of at least 1');
const collector = await CollectorProcess.start(AS_BUILT);
try {
  await load({ url: collector.url, bodies: new BodySource('protobuf', 25), clients: 4, seconds: 60, spans: SPANS });
  await settled(collector);
  const figures = await measure(collector, minutes);
  process.stdout.write(`${tableOf(figures)}\n`);
  if (values.json !== undefined) await writeFigures(values.json, figures);
} finally {
  await collector.stop();
}
