import { z } from 'zod';
import { SCOPES } from './scope.ts';

/** Pattern of a tenant's name. */
export const TENANT_PATTERN: RegExp = /^[A-Za-z0-9_.-]{1,100}$/;

/** Pattern of a SQL user's name. The embedded engine lets in users whose name begins so. */
export const READER_PATTERN: RegExp = /^reader[A-Za-z0-9_]{0,122}$/;

/** A time of the keys file: ISO-8601 in UTC. */
const time = z.iso.datetime({ error: 'must be a time like 2027-01-31T00:00:00Z' });
const tenant = z.string().regex(TENANT_PATTERN, 'must be 1 to 100 letters, digits, _ . -');
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 as 64 hexadecimal digits');

/** The scopes of an entry: at least one, none twice. */
export const scopeList: z.ZodType<KeyRecord['scopes']> = z
  .array(z.enum(SCOPES, { error: `must be one of ${SCOPES.join(', ')}` }))
  .min(1, `needs at least one of ${SCOPES.join(', ')}`)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice');

/** What is kept of a key. */
export interface KeyRecord {
  readonly id: string;
  /** As `hashSecret` gives it. */
  readonly hash: string;
  readonly tenant: string;
  readonly scopes: readonly (typeof SCOPES)[number][];
  /** What the key is for, in the owner's words. */
  readonly name: string;
  readonly created: string | null;
  /** From then on the key is refused; null: never. */
  readonly expires: string | null;
  /** Set: the key is refused since then. */
  readonly revoked: string | null;
}

/** What is kept of a read-only SQL user of one tenant. */
export interface ReaderRecord {
  readonly name: string;
  readonly tenant: string;
  /** `read`, and `audit` where it may see content and the bytes of rejected records. */
  readonly scopes: readonly ('read' | 'audit')[];
  readonly password_sha256: string;
  readonly created: string | null;
}

const key: z.ZodType<KeyRecord> = z.strictObject({
  id: z.string().regex(/^[a-z0-9]{4,32}$/, 'must be 4 to 32 small letters and digits'),
  hash,
  tenant,
  scopes: scopeList,
  name: z.string().max(200, 'must be at most 200 characters').default(''),
  created: time.nullable().default(null),
  expires: time.nullable().default(null),
  revoked: time.nullable().default(null),
});

const reader: z.ZodType<ReaderRecord> = z.strictObject({
  name: z.string().regex(READER_PATTERN, 'must be `reader` and up to 122 letters, digits, _'),
  tenant,
  scopes: z.union([z.tuple([z.literal('read')]), z.tuple([z.literal('read'), z.literal('audit')])], {
    error: 'must be ["read"] or ["read", "audit"]',
  }),
  password_sha256: hash,
  created: time.nullable().default(null),
});

/** Content of a keys file. */
export interface KeysContent {
  readonly version: 1;
  readonly keys: readonly KeyRecord[];
  readonly readers: readonly ReaderRecord[];
}

/** Checks the content of a keys file. */
export const keysContent: z.ZodType<KeysContent> = z.strictObject({
  version: z.literal(1, { error: 'must be 1; a newer spanledger may have written the file' }),
  keys: z.array(key).default([]),
  readers: z.array(reader).default([]),
});

/** Gives the first id or name that stands twice. */
export function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
