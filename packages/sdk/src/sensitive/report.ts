import type { SensitiveMatch } from '../contract/text-inspector.ts';

/** What a scan found, without any of the values. */
export interface SensitiveReport {
  readonly totalMatches: number;
  readonly hasPhi: boolean;
  readonly hasPii: boolean;
  readonly hasCredentials: boolean;
  /** In order of first appearance. */
  readonly kindsFound: readonly string[];
  readonly byCategory: Readonly<Record<SensitiveMatch['category'], number>>;
  /** Matches of a confidence of 0.9 and more. */
  readonly highConfidenceMatches: number;
}

/** Sums up matches. */
export function sensitiveReport(matches: readonly SensitiveMatch[]): SensitiveReport {
  const byCategory = { pii: 0, phi: 0, credential: 0 };
  for (const { category } of matches) byCategory[category]++;
  return {
    totalMatches: matches.length,
    hasPhi: byCategory.phi > 0,
    hasPii: byCategory.pii > 0,
    hasCredentials: byCategory.credential > 0,
    kindsFound: [...new Set(matches.map((match) => match.kind))],
    byCategory,
    highConfidenceMatches: matches.filter((match) => match.confidence >= 0.9).length,
  };
}
