import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Figure, figure } from '../figure.ts';
import { percentile } from '../statistics.ts';
import { times } from './timing.ts';

/** Steps before the first tenth: until then code is still being compiled. */
const WARM_UP = 20_000;
const TENTHS = 10;

/**
 * Whether a step costs the same after many, and memory stays where it is: the last tenth beside the first, and the heap after a
 * collection at the end of each.
 */
export async function longRun(
  call: () => Promise<unknown>,
  steps: number,
  say: (text: string) => void,
): Promise<Figure[]> {
  const inTenth = Math.floor(steps / TENTHS);
  const began = performance.now();
  const p50: number[] = [];
  const p99: number[] = [];
  const heap: number[] = [];
  for (let tenth = 0; tenth < TENTHS; tenth++) {
    const taken = await times(call, inTenth, tenth === 0 ? WARM_UP : 0);
    p50.push(percentile(taken, 0.5));
    p99.push(percentile(taken, 0.99));
    heap.push(heapBytes());
    say(`sdk: ${(tenth + 1) * inTenth} steps: ${p50.at(-1)?.toFixed(1)} us, ${inMegabytes(heap.at(-1)).toFixed(1)} MB`);
  }
  const seconds = (performance.now() - began) / 1000;
  const growth = ((heap.at(-1) ?? 0) - (heap[0] ?? 0)) / (inTenth * (TENTHS - 1));
  return [
    figure('sdk.long_run.steps', inTenth * TENTHS, 'steps'),
    figure('sdk.long_run.seconds', seconds, 's'),
    figure('sdk.long_run.last_tenth_us_p50', p50.at(-1) ?? 0, 'us', p50[0]),
    figure('sdk.long_run.last_tenth_us_p99', p99.at(-1) ?? 0, 'us', p99[0]),
    figure('sdk.long_run.heap_mb', inMegabytes(heap.at(-1)), 'MB', inMegabytes(heap[0])),
    figure('sdk.long_run.heap_growth_bytes_per_step', growth, 'bytes'),
  ];
}

function inMegabytes(bytes = 0): number {
  return bytes / 2 ** 20;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
