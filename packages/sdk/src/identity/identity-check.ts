import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  importSPKI,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { deny, pass } from '../checks/results.ts';
import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext, StepIdentity } from '../contract/step-context.ts';
import { ConfigurationError } from '../errors.ts';
import { isPromise } from '../execution/race.ts';

/** A signing algorithm that credentials may use. There is none without a signature, and none with a shared key. */
export type CredentialAlgorithm = 'EdDSA' | 'Ed25519' | 'ES256';

/** What is known of a credential when it is asked whether it was revoked. */
export interface Credential {
  readonly subject: string;
  /** Claim `jti`. */
  readonly id: string | undefined;
  readonly issuer: string | undefined;
}

/** How agent credentials (JWT) are verified. */
export interface IdentityOptions {
  /** Keys: a set as it stands, the address of one, or a public key in PEM. */
  readonly keys: JSONWebKeySet | URL | string;
  /** Who must have issued the credential. */
  readonly issuer: string;
  /** For whom it must be issued. */
  readonly audience: string;
  /** Default EdDSA, Ed25519 and ES256. */
  readonly algorithms?: readonly CredentialAlgorithm[];
  /** Claim that names the tenant. Default `tenant`. */
  readonly tenantClaim?: string;
  /** Whether a credential was revoked. Asked for every step, cached or not. Default: none was. */
  readonly isRevoked?: (credential: Credential) => boolean | Promise<boolean>;
  /** Most parties between the acting one and the first. Default 5. */
  readonly maxDelegation?: number;
  /** How far clocks may be apart, seconds. Default 5. */
  readonly clockToleranceSeconds?: number;
  /** Verified credentials that are remembered until they expire. Default 10,000. */
  readonly cacheSize?: number;
}

interface Verified {
  readonly identity: StepIdentity;
  readonly credential: Credential;
  /** When it is no longer taken, milliseconds since 1970. */
  readonly untilMs: number;
}

const VERIFIED = pass('verified');
const LONGEST_CREDENTIAL = 16_384;

/**
 * Verifies the credential of each step: signature, issuer, audience, times, revocation, and the chain of parties on whose behalf the agent
 * acts (claim `act`). A step without a valid one is denied. Give it to `identity` of the runtime; needs the package `jose`.
 *
 * @example
 * const identity = identityCheck({ keys: new URL('https://id.example.com/jwks'), issuer: 'https://id.example.com', audience: 'agents' });
 * const runtime = new StepRuntime({ policy, identity });
 */
export function identityCheck(options: IdentityOptions, now: () => number = Date.now): Check {
  const { isRevoked, cacheSize = 10_000, maxDelegation = 5, clockToleranceSeconds = 5 } = options;
  const getKey = keySource(options);
  const cache = new Map<string, Verified>();
  const verifyOptions = {
    issuer: options.issuer,
    audience: options.audience,
    algorithms: [...(options.algorithms ?? ['EdDSA', 'Ed25519', 'ES256'])],
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['sub', 'exp'],
  };

  return {
    name: 'identity',
    phase: 'before',
    evaluate(step: StepContext): CheckResult | Promise<CheckResult> {
      const token = step.input.credential;
      if (token === undefined) return deny('credential_missing');
      if (token.length > LONGEST_CREDENTIAL) return deny('credential_too_long');
      const known = cache.get(token);
      if (known !== undefined && now() < known.untilMs) return accept(step, known);
      cache.delete(token);
      return verify(step, token);
    },
  };

  async function verify(step: StepContext, token: string): Promise<CheckResult> {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, getKey, { ...verifyOptions, currentDate: new Date(now()) }));
    } catch (error) {
      // Keys that can't be had are no statement about the credential: the check fails, and the step with it.
      if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) throw error;
      return deny(reasonOf(error));
    }
    const parties = partiesOf(payload, maxDelegation);
    if (parties === undefined) return deny('delegation_invalid');
    const tenant = payload[options.tenantClaim ?? 'tenant'];
    if (tenant !== undefined && typeof tenant !== 'string') return deny('tenant_invalid');
    const [subject = '', ...delegation] = parties;
    const verified: Verified = {
      identity: { subject, method: 'jwt', tenant, delegation, scopes: scopesOf(payload) },
      credential: { subject, id: payload.jti, issuer: payload.iss },
      untilMs: ((payload.exp ?? 0) + clockToleranceSeconds) * 1000,
    };
    remember(token, verified);
    return accept(step, verified);
  }

  function accept(step: StepContext, { identity, credential }: Verified): CheckResult | Promise<CheckResult> {
    const revoked = isRevoked?.(credential) ?? false;
    const settle = (isOut: boolean): CheckResult => {
      if (isOut) return deny('credential_revoked', undefined, credential.subject);
      step.identity = identity;
      return VERIFIED;
    };
    return isPromise(revoked) ? revoked.then(settle) : settle(revoked);
  }

  function remember(token: string, verified: Verified): void {
    if (cache.size >= cacheSize) {
      const [oldest] = cache.keys();
      if (oldest !== undefined) cache.delete(oldest);
    }
    cache.set(token, verified);
  }
}

function keySource({ keys, algorithms = ['EdDSA'] }: IdentityOptions): JWTVerifyGetKey {
  if (keys instanceof URL) return createRemoteJWKSet(keys);
  if (typeof keys !== 'string') {
    if (!Array.isArray(keys.keys) || keys.keys.length === 0) {
      throw new ConfigurationError('IDENTITY_KEYS', 'identity.keys', 'the set holds no keys');
    }
    return createLocalJWKSet(keys);
  }
  if (!keys.includes('BEGIN PUBLIC KEY')) {
    throw new ConfigurationError(
      'IDENTITY_KEYS',
      'identity.keys',
      'it is no public key in PEM; give a set or its address as URL',
    );
  }
  const imported = importSPKI(keys, algorithms[0] ?? 'EdDSA');
  // A key that can't be read fails each step that asks for it, and is no unhandled rejection meanwhile.
  imported.catch(() => {});
  return () => imported;
}

/** The acting party, then those on whose behalf, out to the first. `undefined` when the chain is too long or is none. */
function partiesOf(payload: JWTPayload, most: number): readonly string[] | undefined {
  const parties: string[] = [];
  let actor: unknown = payload['act'];
  while (actor !== undefined) {
    if (typeof actor !== 'object' || actor === null || !('sub' in actor) || typeof actor.sub !== 'string')
      return undefined;
    parties.push(actor.sub);
    if (parties.length > most) return undefined;
    actor = 'act' in actor ? actor.act : undefined;
  }
  return typeof payload.sub === 'string' && payload.sub !== '' ? [...parties, payload.sub] : undefined;
}

function scopesOf(payload: JWTPayload): readonly string[] {
  const scope = payload['scope'];
  return typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [];
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'credential_expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'aud' ? 'audience_mismatch' : 'claim_invalid';
  return error instanceof errors.JWSSignatureVerificationFailed ? 'signature_invalid' : 'credential_invalid';
}
