import type { SensitiveMatch } from '../contract/text-inspector.ts';

/** Gives what stands for a match. */
export function maskOf(match: Pick<SensitiveMatch, 'kind' | 'category'>, style: 'kind' | 'category'): string {
  const word = match.category === 'credential' ? 'CREDENTIAL-REDACTED' : 'REDACTED';
  return style === 'kind' ? `[${word}:${match.kind}]` : `[${word}]`;
}

/** Replaces each match by its mask. Matches must be in order and not overlap. */
export function maskText(text: string, matches: readonly SensitiveMatch[], style: 'kind' | 'category'): string {
  if (matches.length === 0) return text;
  let masked = '';
  let from = 0;
  for (const match of matches) {
    masked += text.slice(from, match.start) + maskOf(match, style);
    from = match.end;
  }
  return masked + text.slice(from);
}
