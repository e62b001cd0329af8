import type { SensitiveMatch, SensitiveScanner } from '../contract/text-inspector.ts';
import { ConfigurationError } from '../errors.ts';
import { type PlainText, plainTextOf } from '../text/plain-text.ts';
import { findAll } from './find-all.ts';
import { Findings } from './findings.ts';
import { isSensitiveKind, SENSITIVE_KINDS, type SensitiveKind } from './kinds.ts';
import { maskText } from './mask-text.ts';
import { type MaskValueOptions, maskValue } from './mask-value.ts';
import { resolveOverlaps } from './overlaps.ts';

/** What is looked for. */
export interface SensitiveScannerOptions {
  /** Default all. `UNSCANNED` is always among them. */
  readonly kinds?: readonly SensitiveKind[];
  /** Least confidence, 0 to 1. Default 0.6: dates, URLs and loopback addresses as such are below. */
  readonly minConfidence?: number;
  /**
   * Longest part of a text that is scanned, UTF-16 units. What lies beyond is masked as a whole, and reported as `UNSCANNED`. Default
   * 1,000,000, at least 1,024.
   */
  readonly maxScanLength?: number;
  /** Whether a mask names the kind, `[REDACTED:EMAIL]`, or only the category's, `[REDACTED]`. Default `kind`. */
  readonly masks?: 'kind' | 'category';
  /** Limits of `maskValue`. */
  readonly values?: MaskValueOptions;
}

/** A scanner that masks values of any shape too. */
export interface ValueScanner extends SensitiveScanner {
  /** Gives a copy of a value as JSON holds it, with all sensitive text masked, in keys too. Never throws; getters are not called. */
  maskValue(value: unknown): unknown;
}

/** A value that lies across the end of what is scanned must not be seen half: so much before the end is masked with what follows. */
const MARGIN = 256;
const NONE: readonly SensitiveMatch[] = Object.freeze([]);

/**
 * Makes a scanner for the check `sensitive_data`.
 * @example
 * new StepRuntime({ policy, sensitiveData: { scanner: sensitiveScanner(), actions: { credential: 'deny' } } });
 * @throws {ConfigurationError} SENSITIVE_OPTIONS
 */
export function sensitiveScanner(options: SensitiveScannerOptions = {}): ValueScanner {
  const { minConfidence = 0.6, maxScanLength = 1_000_000, masks = 'kind' } = options;
  requireOptions(options, minConfidence, maxScanLength);
  const kinds = new Set<SensitiveKind>(options.kinds ?? SENSITIVE_KINDS).add('UNSCANNED');
  const scanner: ValueScanner = {
    scan(text) {
      const cut = text.length > maxScanLength ? maxScanLength : text.length;
      const findings = new Findings(kinds, minConfidence);
      const head = cut < text.length ? text.slice(0, cut) : text;
      const foreign = findAll(head, findings);
      const matches = foreign ? withPlain(head, findings, new Findings(kinds, minConfidence)) : findings.matches;
      if (cut < text.length) findings.add('UNSCANNED', cut - MARGIN, text.length, 1);
      return matches.length === 0 && findings.matches.length === 0
        ? NONE
        : resolveOverlaps([...new Set([...matches, ...findings.matches])]);
    },
    mask: (text, matches) => maskText(text, matches, masks),
    maskValue: (value) => maskValue(value, scanner, options.values),
  };
  return Object.freeze(scanner);
}

function withPlain(text: string, findings: Findings, inPlain: Findings): readonly SensitiveMatch[] {
  const plain = plainTextOf(text);
  if (plain === undefined || plain.text === text) return findings.matches;
  findAll(plain.text, inPlain);
  return inPlain.matches.map((match) => inOriginal(match, plain));
}

function inOriginal(match: SensitiveMatch, { offsets }: PlainText): SensitiveMatch {
  const start = offsets[match.start] ?? 0;
  let last = match.end;
  // One character may have become several: the whole of it is meant.
  while (offsets[last] === offsets[match.end - 1]) last++;
  return { ...match, start, end: offsets[last] ?? start };
}

function requireOptions(options: SensitiveScannerOptions, minConfidence: number, maxScanLength: number): void {
  const wrong = options.kinds?.findIndex((kind) => !isSensitiveKind(kind)) ?? -1;
  if (wrong !== -1) {
    const message = `there is no kind \`${options.kinds?.[wrong]}\`; there are ${SENSITIVE_KINDS.join(', ')}`;
    throw new ConfigurationError('SENSITIVE_OPTIONS', `kinds[${wrong}]`, message);
  }
  if (!(minConfidence >= 0 && minConfidence <= 1)) {
    throw new ConfigurationError('SENSITIVE_OPTIONS', 'minConfidence', `${minConfidence} is not between 0 and 1`);
  }
  if (!(Number.isInteger(maxScanLength) && maxScanLength >= 1024)) {
    throw new ConfigurationError(
      'SENSITIVE_OPTIONS',
      'maxScanLength',
      `${maxScanLength} is no whole number from 1,024`,
    );
  }
}
