import { randomFillSync } from 'node:crypto';

/** Spans of a run: what a span is follows from its number modulo this. */
export const SPANS_OF_RUN = 25;

const seeds = randomFillSync(new Uint32Array(8));

/** 32 bits that look random and follow from a number; of each lane others. */
export function mix(lane: number, number: number): number {
  let bits = number ^ (seeds[lane] ?? 0);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const hexOf = (lanes: readonly number[], number: number): string =>
  lanes.map((lane) => mix(lane, number).toString(16).padStart(8, '0')).join('');

/** Lanes of the parts of an id. */
export const LANES = { trace: [0, 1, 2, 3], run: [0, 1], span: [4, 5], call: [6, 7] } as const;

/** Trace id of the run of that number, in hex. */
export function traceIdOf(run: number): string {
  return hexOf(LANES.trace, run);
}

/** Run id of the run of that number: 16 hex digits. */
export function runIdOf(run: number): string {
  return hexOf(LANES.run, run);
}

/** Id of the span of that number, in hex. */
export function spanIdOf(number: number): string {
  return hexOf(LANES.span, number);
}

/** What the span of that number calls its call: 16 hex digits. */
export function callIdOf(number: number): string {
  return hexOf(LANES.call, number);
}
