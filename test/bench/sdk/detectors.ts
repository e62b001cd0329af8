import type { SensitiveScanner, TextInspector } from '@spanledger/sdk';

/** A guardrail that only looks at the length. */
export const lengthInspector: TextInspector = {
  inspect: (text) =>
    text.length > 10_000
      ? { outcome: 'deny', reason: 'too_long', text }
      : { outcome: 'pass', reason: 'within_limits', text },
};

const KEYS = /\b(?:sk-[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|\d{3}-\d{2}-\d{4})\b/g;
const NONE: ReturnType<SensitiveScanner['scan']> = [];

/** A scanner of one pattern: what finding costs more is the detectors' own figure. */
export const bareScanner: SensitiveScanner = {
  scan(text) {
    const found = [...text.matchAll(KEYS)];
    if (found.length === 0) return NONE;
    return found.map(({ 0: part, index }) => ({
      kind: 'API_KEY',
      category: 'credential',
      start: index,
      end: index + part.length,
      confidence: 1,
    }));
  },
  mask: (text) => text.replace(KEYS, '[REDACTED]'),
};
