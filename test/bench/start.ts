import { setTimeout as delay } from 'node:timers/promises';
import { AS_BUILT, CollectorProcess } from '../faults/ledger-process.ts';
import { BodySource } from './body-source.ts';
import { type Figure, figure } from './figure.ts';
import { load } from './load.ts';
import { memoryOf } from './process-usage.ts';
import { settled } from './settled.ts';

/** A started collector, and what the start took. */
export interface Started {
  readonly collector: CollectorProcess;
  readonly figures: readonly Figure[];
}

/** Starts a collector on fresh data; measures the time to the first accepted span, and memory once it rests. */
export async function measureStart(nodeFlags: readonly string[], idleSeconds: number): Promise<Started> {
  const bodies = new BodySource('protobuf', 1);
  const begin = performance.now();
  const collector = await CollectorProcess.start([...nodeFlags, ...AS_BUILT]);
  await load({ url: collector.url, bodies, clients: 1, seconds: 60, spans: 1 });
  const seconds = (performance.now() - begin) / 1000;
  await settled(collector);
  await delay(idleSeconds * 1000);
  const [collectorBytes, engineBytes] = [collector.pid, collector.enginePid].map((pid) => memoryOf(pid).resident);
  return {
    collector,
    figures: [
      figure('start.first_span_s', seconds, 's'),
      figure('idle.collector_mb', (collectorBytes ?? 0) / 1e6, 'MB'),
      figure('idle.engine_mb', (engineBytes ?? 0) / 1e6, 'MB'),
      figure('idle.resident_mb', ((collectorBytes ?? 0) + (engineBytes ?? 0)) / 1e6, 'MB'),
    ],
  };
}
