import fc from 'fast-check';
import type { Collector } from '../collector-fixture.ts';
import { randomId } from '../otlp/bodies.ts';
import { send } from './ledger-dump.ts';
import { type Ids, ROUNDS, randomRun, roundsOf } from './ledger-random-runs.ts';

/** Gives what sends random runs to the single server and the same, by turns, to one of two collectors. */
export function bothSender(
  single: Collector,
  collectors: readonly [Collector, Collector],
): (seed: number, runs: number) => Promise<void> {
  let places = 0;
  return async (seed, runs) => {
    for (const [index, run] of fc.sample(randomRun, { numRuns: runs, seed }).entries()) {
      const ids: Ids = { runs: [`${seed}-${index}-a`, `${seed}-${index}-b`], traces: [randomId(), randomId()] };
      const rounds = roundsOf(run, ids);
      for (let round = 0; round < ROUNDS; round++) {
        const records = rounds[round] ?? [];
        if (records.length === 0) continue;
        await send(single, ...records);
        await send(collectors[places++ % 2 === 0 ? 0 : 1], ...records);
      }
    }
  };
}
