import { ConfigurationError } from '../errors.ts';
import type { ComplianceProfile } from './profile.ts';

const CARD_WORDS = ['card number', 'cvv', 'cvc', 'card verification value', 'magnetic stripe', 'track data'];
const CONSENT_PHRASES = ['without consent', 'bypass consent', 'ignore data subject rights'];

function profile(
  name: string,
  minConfidence: number,
  retentionDays: number,
  masksSensitiveData: boolean,
  usdPerRun: number,
  more: Partial<ComplianceProfile> = {},
): ComplianceProfile {
  // Frameworks that settle for less than nearly certain outputs want a human at what reaches outside.
  const approval = minConfidence < 0.9 ? { approvalTier: 3 as const } : {};
  return Object.freeze({ name, minConfidence, retentionDays, masksSensitiveData, usdPerRun, ...approval, ...more });
}

/** The profiles that come with the SDK, by name. */
export const COMPLIANCE_PROFILES: Readonly<Record<string, ComplianceProfile>> = Object.freeze({
  hipaa: profile('hipaa', 0.7, 2555, true, 2, {
    maxInputLength: 50_000,
    controls: { maxInputLength: '164.502(b)', minConfidence: '164.312(c)', usdPerRun: '164.308(a)' },
  }),
  sox: profile('sox', 0.75, 2555, false, 2, {
    maxConsecutiveSteps: 4,
    controls: { maxConsecutiveSteps: 'SOX-404', minConfidence: 'SOX-302' },
  }),
  gdpr: profile('gdpr', 0.72, 1095, true, 1, {
    maxContextKeys: 50,
    forbiddenPhrases: CONSENT_PHRASES,
    controls: { maxContextKeys: 'Art.5(1)(c)', forbiddenPhrases: 'Art.6', minConfidence: 'Art.5(1)(d)' },
  }),
  pci: profile('pci', 0.8, 365, true, 1.5, { forbiddenPhrases: CARD_WORDS, controls: { forbiddenPhrases: 'Req.3.3' } }),
  'pci-dss': profile('pci-dss', 0.8, 365, true, 1.5, {
    forbiddenPhrases: CARD_WORDS,
    controls: { forbiddenPhrases: 'Req.3.3' },
  }),
  nerc: profile('nerc', 0.85, 1095, false, 1, { controls: { approvedNodes: 'CIP-007' } }),
  iso27001: profile('iso27001', 0.75, 1095, true, 2),
  ccpa: profile('ccpa', 0.72, 365, true, 1.5),
  dora: profile('dora', 0.7, 1825, true, 1),
  'eu-ai-act': profile('eu-ai-act', 0.65, 3650, true, 0.5),
  'basel-iii': profile('basel-iii', 0.8, 2555, false, 1),
  fedramp: profile('fedramp', 0.7, 2555, true, 1),
  'fedramp-high': profile('fedramp-high', 0.65, 2555, true, 0.5),
  fisma: profile('fisma', 0.65, 2555, true, 0.5),
  'nist-800-53': profile('nist-800-53', 0.72, 1095, true, 1.5),
  cmmc: profile('cmmc', 0.75, 1095, true, 1),
  standard: profile('standard', 0.9, 90, false, 5),
  research: profile('research', 0.95, 365, false, 10),
});

/** Finds profiles by name, upper or lower case. @throws {ConfigurationError} COMPLIANCE_PROFILE for one that is not known */
export function profilesOf(wanted: readonly (string | ComplianceProfile)[]): readonly ComplianceProfile[] {
  return wanted.map((one, at) => {
    if (typeof one !== 'string') return one;
    const name = one.toLowerCase();
    const known = Object.hasOwn(COMPLIANCE_PROFILES, name) ? COMPLIANCE_PROFILES[name] : undefined;
    if (known !== undefined) return known;
    const names = Object.keys(COMPLIANCE_PROFILES).join(', ');
    throw new ConfigurationError(
      'COMPLIANCE_PROFILE',
      `compliance[${at}]`,
      `there is no profile \`${one}\`; there are ${names}`,
    );
  });
}
