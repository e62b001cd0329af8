import type { CollectorProcess } from '../faults/ledger-process.ts';
import { type LoadOptions, type LoadResult, load } from './load.ts';
import { cpuSecondsOf, cpuSecondsOfMachine, forgetPeak, memoryOf } from './process-usage.ts';
import { settled } from './settled.ts';

/** A load, and what it took until all that it left behind was done. */
export interface MeasuredLoad extends LoadResult {
  /** Spans that were acknowledged, those of the warm-up too. */
  readonly allSpans: number;
  /** CPU seconds for all spans of the process that was loaded, and of the engine, until the engine rested again. */
  readonly loadedCpuSeconds: number;
  readonly engineCpuSeconds: number;
  /** From the first request of the warm-up until all that was acknowledged stood settled in the views. */
  readonly settledSeconds: number;
  /** CPU seconds of the load generator while it sent. */
  readonly generatorCpuSeconds: number;
  /** Share of the machine's CPU that processes took which are none of this bench, while it sent; 0 to 1. */
  readonly foreignShare: number;
  /** Most resident memory of both, bytes. */
  readonly loadedPeakBytes: number;
  readonly enginePeakBytes: number;
}

/**
 * Loads a process over the collector's engine and measures both. A warm-up goes before, so that code is compiled and caches are filled: its
 * spans count for CPU and for what is settled, and not for rates and latencies.
 * @param pid the process that is loaded: the collector, or the baseline
 */
export async function measuredLoad(
  collector: CollectorProcess,
  pid: number,
  options: LoadOptions & { readonly warmUpSeconds: number; readonly mergesMs: number; readonly cores: number },
): Promise<MeasuredLoad> {
  for (const one of [pid, collector.enginePid]) forgetPeak(one);
  const cpu = () => ({
    loaded: cpuSecondsOf(pid),
    engine: cpuSecondsOf(collector.enginePid),
    generator: cpuSecondsOf(process.pid),
    machine: cpuSecondsOfMachine(),
  });
  const begin = cpu();
  const warmUp = await load({ ...options, seconds: options.warmUpSeconds });
  const before = cpu();
  const result = await load(options);
  const sent = cpu();
  const ours = sent.loaded - before.loaded + (sent.engine - before.engine) + (sent.generator - before.generator);
  const settledMs = await settled(collector, options.mergesMs);
  const after = cpu();
  return {
    ...result,
    allSpans: warmUp.spans + result.spans,
    settledSeconds: warmUp.seconds + result.seconds + settledMs / 1000,
    loadedCpuSeconds: after.loaded - begin.loaded,
    engineCpuSeconds: after.engine - begin.engine,
    generatorCpuSeconds: sent.generator - before.generator,
    foreignShare: Math.max(0, (sent.machine - before.machine - ours) / (result.seconds * options.cores)),
    loadedPeakBytes: memoryOf(pid).peak,
    enginePeakBytes: memoryOf(collector.enginePid).peak,
  };
}
