import { isIbanValid } from './checksums.ts';
import { cueBefore } from './cues.ts';
import type { Findings } from './findings.ts';
import type { SensitiveKind } from './kinds.ts';
import { tokenEnd } from './text-places.ts';

/** What follows a prefix that a provider gives its keys. */
interface KeyRule {
  readonly kind: SensitiveKind;
  readonly prefix: string;
  readonly pattern: RegExp;
}

/**
 * Prefixes as the providers document them, and as the rules of gitleaks (MIT) and GitHub's secret scanning list them. All repeats are
 * bounded; what is left of the token is masked with it.
 */
const RULES: readonly KeyRule[] = [
  rule('API_KEY_ANTHROPIC', 'sk-ant-', '[\\w-]{20,200}'),
  rule('API_KEY_OPENAI', 'sk-proj-', '[\\w-]{20,200}'),
  rule('API_KEY_OPENAI', 'sk-svcacct-', '[\\w-]{20,200}'),
  rule('API_KEY_OPENAI', 'sk-admin-', '[\\w-]{20,200}'),
  rule('API_KEY_PROVIDER', 'sk-or-v1-', '[0-9a-f]{40,80}'),
  rule('API_KEY_PROVIDER', 'sk-lf-', '[0-9a-f-]{30,40}'),
  rule('API_KEY_OPENAI', 'sk-', '(?=[\\w]{0,40}\\d)[A-Za-z0-9]{32,64}'),
  ...['AKIA', 'ASIA', 'ABIA', 'ACCA'].map((prefix) => rule('AWS_ACCESS_KEY', prefix, '[A-Z2-7]{16}(?![A-Za-z0-9])')),
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => rule('GITHUB_TOKEN', prefix, '[A-Za-z0-9]{36,251}')),
  rule('GITHUB_TOKEN', 'github_pat_', '\\w{22,255}'),
  rule('GCP_KEY', 'AIza', '[\\w-]{35}'),
  rule('GCP_KEY', 'ya29.', '[\\w-]{20,255}'),
  rule('GCP_KEY', 'GOCSPX-', '[\\w-]{20,40}'),
  ...['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'].map((prefix) =>
    rule('API_KEY_PROVIDER', prefix, '[A-Za-z0-9+/=]{16,250}'),
  ),
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xapp-'].map((prefix) =>
    rule('API_KEY_PROVIDER', prefix, '[A-Za-z0-9-]{10,250}'),
  ),
  rule('API_KEY_PROVIDER', 'glpat-', '[\\w-]{20,60}'),
  rule('API_KEY_PROVIDER', 'npm_', '[A-Za-z0-9]{36}'),
  rule('API_KEY_PROVIDER', 'pypi-', 'AgE[\\w-]{40,255}'),
  rule('API_KEY_PROVIDER', 'hf_', '[A-Za-z]{34}'),
  rule('API_KEY_PROVIDER', 'gsk_', '[A-Za-z0-9]{40,64}'),
  rule('API_KEY_PROVIDER', 'xai-', '[A-Za-z0-9]{60,100}'),
  rule('API_KEY_PROVIDER', 'pplx-', '[A-Za-z0-9]{40,64}'),
  rule('API_KEY_PROVIDER', 'r8_', '[A-Za-z0-9]{37,40}'),
  rule('API_KEY_PROVIDER', 'lsv2_', '(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}'),
  rule('API_KEY_PROVIDER', 'SG.', '[\\w-]{16,32}\\.[\\w-]{30,64}'),
  rule('API_KEY_PROVIDER', 'dop_v1_', '[0-9a-f]{64}'),
  rule('API_KEY_PROVIDER', 'shpat_', '[0-9a-fA-F]{32}'),
  rule('API_KEY_PROVIDER', 'glsa_', '\\w{32}_[0-9a-f]{8}'),
  rule('API_KEY_PROVIDER', 'dapi', '[0-9a-f]{32}(?![A-Za-z0-9])'),
  rule('API_KEY_PROVIDER', 'hvs.', '[\\w-]{24,255}'),
  rule('API_KEY_PROVIDER', 'PMAK-', '[0-9a-f]{24}-[0-9a-f]{34}'),
  rule('API_KEY_PROVIDER', 'AGE-SECRET-KEY-', '1[0-9A-Z]{58}'),
];

const BY_FIRST: (readonly KeyRule[] | undefined)[] = [];
for (const one of RULES) {
  const code = one.prefix.charCodeAt(0);
  BY_FIRST[code] = [...(BY_FIRST[code] ?? []), one];
}

function rule(kind: SensitiveKind, prefix: string, rest: string): KeyRule {
  return { kind, prefix, pattern: new RegExp(rest, 'y') };
}

/** Finds a provider's key that begins at a place. Gives its end, or the place. */
export function findProviderKey(text: string, at: number, findings: Findings): number {
  const rules = BY_FIRST[text.charCodeAt(at)];
  if (rules === undefined) return at;
  for (const { kind, prefix, pattern } of rules) {
    if (!text.startsWith(prefix, at)) continue;
    pattern.lastIndex = at + prefix.length;
    if (!pattern.test(text)) continue;
    const end = tokenEnd(text, pattern.lastIndex);
    findings.add(kind, at, end, 0.95);
    return end;
  }
  return at;
}

const IBAN = /[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{1,4}){3,8}/y;
/** Lengths by country: the SWIFT IBAN registry, release 99. */
const IBAN_LENGTHS = new Map(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);
const NINO = /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/i;

/** Finds what begins with letters and has digits: IBANs, and passport, licence and record numbers that a word before them names. */
export function findLettered(text: string, at: number, end: number, findings: Findings): number {
  if (end - at >= 4) {
    const ibanEnd = findIban(text, at, findings);
    if (ibanEnd > at) return ibanEnd;
  }
  if (end - at < 6 || end - at > 14) return at;
  const word = text.slice(at, end);
  if (NINO.test(word)) findings.add('UK_NINO', at, end, 0.8);
  if (!/^(?=(?:[A-Z]*\d){4})[A-Z0-9]+$/i.test(word)) return at;
  const cue = cueBefore(text, at);
  if (cue === 'passport' && end - at <= 9) findings.add('PASSPORT', at, end, 0.9);
  else if (cue === 'license') findings.add('DRIVER_LICENSE', at, end, 0.9);
  else if (cue === 'mrn') findings.add('MRN', at, end, 0.9);
  return end;
}

function findIban(text: string, at: number, findings: Findings): number {
  const length = IBAN_LENGTHS.get(text.slice(at, at + 2).toUpperCase());
  if (length === undefined) return at;
  IBAN.lastIndex = at;
  const [whole] = IBAN.exec(text) ?? [];
  if (whole === undefined) return at;
  let taken = 0;
  let end = at;
  while (taken < length && end < at + whole.length) if (text[end++] !== ' ') taken++;
  if (taken < length || /[A-Za-z0-9]/.test(text[end] ?? '')) return at;
  if (!isIbanValid(text.slice(at, end).replaceAll(' ', ''))) return at;
  findings.add('IBAN', at, end, 0.95);
  return end;
}
