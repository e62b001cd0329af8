import type { SensitiveMatch } from '../contract/text-inspector.ts';

const RANK: Readonly<Record<SensitiveMatch['category'], number>> = { credential: 2, phi: 1, pii: 0 };
const NONE: readonly SensitiveMatch[] = Object.freeze([]);

/** Makes one match of those that overlap: it spans all of them, and has the kind of the most serious one. */
export function resolveOverlaps(matches: readonly SensitiveMatch[]): readonly SensitiveMatch[] {
  if (matches.length === 0) return NONE;
  if (matches.length === 1) return matches;
  const sorted = [...matches].sort((one, other) => one.start - other.start || other.end - one.end);
  const resolved: SensitiveMatch[] = [];
  let last: SensitiveMatch | undefined;
  for (const match of sorted) {
    if (last === undefined || match.start >= last.end) {
      if (last !== undefined) resolved.push(last);
      last = match;
    } else {
      last = union(last, match);
    }
  }
  if (last !== undefined) resolved.push(last);
  return resolved;
}

function union(one: SensitiveMatch, other: SensitiveMatch): SensitiveMatch {
  const graver = isGraver(other, one) ? other : one;
  return { ...graver, start: Math.min(one.start, other.start), end: Math.max(one.end, other.end) };
}

function isGraver(one: SensitiveMatch, other: SensitiveMatch): boolean {
  const rank = RANK[one.category] - RANK[other.category];
  return rank > 0 || (rank === 0 && one.confidence > other.confidence);
}
