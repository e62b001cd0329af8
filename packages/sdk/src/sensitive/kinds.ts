import type { SensitiveMatch } from '../contract/text-inspector.ts';

/** A kind's category: what it is worth hiding for. */
export type SensitiveCategory = SensitiveMatch['category'];

const CATEGORY_OF: Readonly<Record<SensitiveKind, SensitiveCategory>> = {
  SSN: 'phi',
  MRN: 'phi',
  NPI: 'phi',
  NHS_NUMBER: 'phi',
  EMAIL: 'pii',
  PHONE: 'pii',
  DATE: 'pii',
  ZIP: 'pii',
  IP: 'pii',
  URL: 'pii',
  CREDIT_CARD: 'pii',
  IBAN: 'pii',
  BANK_ACCOUNT: 'pii',
  BANK_ROUTING: 'pii',
  PASSPORT: 'pii',
  DRIVER_LICENSE: 'pii',
  UK_NINO: 'pii',
  NAME: 'pii',
  API_KEY_ANTHROPIC: 'credential',
  API_KEY_OPENAI: 'credential',
  API_KEY_PROVIDER: 'credential',
  API_KEY_GENERIC: 'credential',
  AWS_ACCESS_KEY: 'credential',
  AWS_SECRET_KEY: 'credential',
  GITHUB_TOKEN: 'credential',
  GCP_KEY: 'credential',
  JWT: 'credential',
  PRIVATE_KEY: 'credential',
  DB_CONN_STRING: 'credential',
  HIGH_ENTROPY_HEX: 'credential',
  BEARER_TOKEN: 'credential',
  PASSWORD: 'credential',
  UNSCANNED: 'credential',
};

/** A kind of sensitive text. `UNSCANNED` is what lies beyond the longest text that is scanned. */
export type SensitiveKind =
  | 'SSN'
  | 'MRN'
  | 'NPI'
  | 'NHS_NUMBER'
  | 'EMAIL'
  | 'PHONE'
  | 'DATE'
  | 'ZIP'
  | 'IP'
  | 'URL'
  | 'CREDIT_CARD'
  | 'IBAN'
  | 'BANK_ACCOUNT'
  | 'BANK_ROUTING'
  | 'PASSPORT'
  | 'DRIVER_LICENSE'
  | 'UK_NINO'
  | 'NAME'
  | 'API_KEY_ANTHROPIC'
  | 'API_KEY_OPENAI'
  | 'API_KEY_PROVIDER'
  | 'API_KEY_GENERIC'
  | 'AWS_ACCESS_KEY'
  | 'AWS_SECRET_KEY'
  | 'GITHUB_TOKEN'
  | 'GCP_KEY'
  | 'JWT'
  | 'PRIVATE_KEY'
  | 'DB_CONN_STRING'
  | 'HIGH_ENTROPY_HEX'
  | 'BEARER_TOKEN'
  | 'PASSWORD'
  | 'UNSCANNED';

/** All kinds. */
export const SENSITIVE_KINDS: readonly SensitiveKind[] = Object.freeze(
  Object.keys(CATEGORY_OF),
) as readonly SensitiveKind[];

/** Gives the category of a kind. */
export function categoryOf(kind: SensitiveKind): SensitiveCategory {
  return CATEGORY_OF[kind];
}

/** Whether a name is a kind. */
export function isSensitiveKind(name: string): name is SensitiveKind {
  return Object.hasOwn(CATEGORY_OF, name);
}
