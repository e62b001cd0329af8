/**
 * The value below which the given share of a sample lies: linear interpolation, inclusive, as the views have it.
 * @param share 0 to 1
 * @throws {RangeError} when the sample is empty or the share is outside of 0 to 1
 */
export function percentile(sample: readonly number[], share: number): number {
  if (sample.length === 0) throw new RangeError('a percentile needs a sample of at least one value');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a share is 0 to 1, not ${share}`);
  const sorted = Float64Array.from(sample).sort();
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
