import { identityCheck } from '@spanledger/sdk/identity';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { echo, testRuntime } from '../sdk-fixture.ts';

const ISSUER = 'https://id.example.com';
const AUDIENCE = 'agents';
const ed = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
const ec = await generateKeyPair('ES256', { extractable: true });
const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
const keys = {
  keys: [
    { ...(await exportJWK(ed.publicKey)), kid: 'ed', alg: 'EdDSA' },
    { ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES256' },
  ],
};

const NOW = Date.UTC(2026, 10, 25);
const seconds = (offset: number): number => NOW / 1000 + offset;

function sign(
  claims: JWTPayload = {},
  kid = 'ed',
  key: CryptoKey = kid === 'ec' ? ec.privateKey : ed.privateKey,
): Promise<string> {
  const whole = { iss: ISSUER, aud: AUDIENCE, sub: 'agent:planner', exp: seconds(60), ...claims };
  return new SignJWT(whole).setProtectedHeader({ alg: kid === 'ec' ? 'ES256' : 'EdDSA', kid }).sign(key);
}

function verifying(more: Partial<Parameters<typeof identityCheck>[0]> = {}, clock = { ms: NOW }) {
  const identity = identityCheck({ keys, issuer: ISSUER, audience: AUDIENCE, ...more }, () => clock.ms);
  const { runtime } = testRuntime({ identity, node: echo() });
  return async (credential?: string) => {
    const outcome = await runtime.run({ task: 'x', ...(credential === undefined ? {} : { credential }) });
    return outcome.ok ? outcome.record : outcome.blockedBy.replace('identity:', '');
  };
}

describe('a credential', () => {
  test.each(['ed', 'ec'])('signed with %s is believed, and its subject recorded', async (kid) => {
    expect(await verifying()(await sign({}, kid))).toMatchObject({
      identitySubject: 'agent:planner',
      identityMethod: 'jwt',
    });
  });

  test('may be verified with one key in PEM', async () => {
    const run = verifying({ keys: await exportSPKI(ed.publicKey) });
    expect(await run(await sign())).toMatchObject({ identitySubject: 'agent:planner' });
    expect(await run(await sign({}, 'ed', stranger.privateKey))).toBe('signature_invalid');
  });

  test('that is missing, forged, of another or too long is denied', async () => {
    const run = verifying();
    expect(await run()).toBe('credential_missing');
    expect(await run('')).toBe('credential_invalid');
    expect(await run('x'.repeat(20_000))).toBe('credential_too_long');
    expect(await run(await sign({}, 'ed', stranger.privateKey))).toBe('signature_invalid');
    expect(await run(await sign({}, 'unknown'))).toBe('credential_invalid');
    expect(await run(await sign({ aud: 'others' }))).toBe('audience_mismatch');
    expect(await run(await sign({ iss: 'https://evil' }))).toBe('claim_invalid');
    expect(await run(await sign({ exp: seconds(-60) }))).toBe('credential_expired');
    expect(await run(await sign({ nbf: seconds(60) }))).toBe('claim_invalid');
    expect(await run(await sign({ sub: '' }))).toBe('delegation_invalid');
    const [head, body = '', signature] = (await sign()).split('.');
    const changed = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: 'root' }),
    );
    expect(await run([head, changed.toString('base64url'), signature].join('.'))).toBe('signature_invalid');
  });

  test('without a signature, or signed with a public key as if it were shared, is denied', async () => {
    const run = verifying();
    const none = new UnsecuredJWT({ sub: 'root' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime(seconds(60))
      .encode();
    expect(await run(none)).toBe('credential_invalid');
    const shared = await new SignJWT({ sub: 'root', iss: ISSUER, aud: AUDIENCE, exp: seconds(60) })
      .setProtectedHeader({ alg: 'HS256', kid: 'ed' })
      .sign(new TextEncoder().encode(await exportSPKI(ed.publicKey)));
    expect(await run(shared)).toBe('credential_invalid');
  });

  test('is verified once and remembered until it expires', async () => {
    const clock = { ms: NOW };
    const run = verifying({}, clock);
    const credential = await sign();
    expect(await run(credential)).toMatchObject({ identitySubject: 'agent:planner' });
    clock.ms += 64_000;
    expect(await run(credential)).toMatchObject({ identitySubject: 'agent:planner' });
    clock.ms += 2000;
    expect(await run(credential)).toBe('credential_expired');
  });

  test('that was revoked is denied at once, remembered or not', async () => {
    const revoked = new Set<string>();
    let called = 0;
    const identity = identityCheck(
      { keys, issuer: ISSUER, audience: AUDIENCE, isRevoked: async ({ id }) => revoked.has(id ?? '') },
      () => NOW,
    );
    const { runtime } = testRuntime({ identity, node: echo({ run: () => `${++called}` }) });
    const credential = await sign({ jti: 'one' });
    expect(await runtime.run({ task: 'x', credential })).toMatchObject({ ok: true });
    revoked.add('one');
    expect(await runtime.run({ task: 'x', credential })).toMatchObject({
      ok: false,
      blockedBy: 'identity:credential_revoked',
    });
    expect(called).toBe(1);
  });

  test('says on whose behalf, from the acting party outwards', async () => {
    const { runtime, steps } = testRuntime({
      identity: identityCheck({ keys, issuer: ISSUER, audience: AUDIENCE }, () => NOW),
      node: echo(),
    });
    const credential = await sign({
      sub: 'user:ada',
      act: { sub: 'agent:writer', act: { sub: 'agent:planner' } },
      scope: 'read write',
    });
    await runtime.run({ task: 'x', credential });
    expect(steps()[0]?.attributes).toMatchObject({
      'spanledger.identity.subject': 'agent:writer',
      'spanledger.identity.delegation': ['agent:planner', 'user:ada'],
    });
    const deep = Array.from({ length: 7 }).reduce<object>((act) => ({ sub: 'a', act }), { sub: 'a' });
    expect(await verifying()(await sign({ act: deep }))).toBe('delegation_invalid');
    expect(await verifying()(await sign({ act: 'root' }))).toBe('delegation_invalid');
  });

  test('names the tenant', async () => {
    const identity = identityCheck({ keys, issuer: ISSUER, audience: AUDIENCE }, () => NOW);
    const { runtime } = testRuntime({ identity, tenant: {}, node: echo() });
    expect((await runtime.run({ task: 'x', credential: await sign({ tenant: 'acme' }) })).record.tenantId).toBe('acme');
    expect(await runtime.run({ task: 'x', credential: await sign() })).toMatchObject({
      blockedBy: 'tenant:tenant_unknown',
    });
    expect(await verifying()(await sign({ tenant: ['a'] }))).toBe('tenant_invalid');
  });
});

test('keys that can not be had fail the check, and the step with it', async () => {
  const run = verifying({ keys: new URL('http://127.0.0.1:1/jwks') });
  expect(await run(await sign())).toBe('check_error');
  const broken = verifying({ keys: '-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----' });
  expect(await broken(await sign())).toBe('check_error');
  expect(() => verifying({ keys: { keys: [] } })).toThrow(expect.objectContaining({ code: 'IDENTITY_KEYS' }));
  expect(() => verifying({ keys: 'x' })).toThrow(expect.objectContaining({ code: 'IDENTITY_KEYS' }));
});
