/** Times calls that follow one another. Microseconds, one a call; the warm-up is not in them. */
export async function times(call: () => Promise<unknown>, count: number, warmUp: number): Promise<number[]> {
  for (let at = 0; at < warmUp; at++) await call();
  const taken = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const before = performance.now();
    await call();
    taken[at] = (performance.now() - before) * 1000;
  }
  return [...taken];
}

/** Microseconds a call on average, over rounds that alternate between the calls, the best round of each: what others take is left out. */
export async function bestOfRounds(
  calls: readonly (() => Promise<unknown>)[],
  rounds: number,
  count: number,
): Promise<number[]> {
  const best = calls.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [place, call] of calls.entries()) {
      const before = performance.now();
      for (let at = 0; at < count; at++) await call();
      best[place] = Math.min(best[place] ?? 0, ((performance.now() - before) * 1000) / count);
    }
  }
  return best;
}
