import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentEntry, parseEnvironmentKeys } from '../../collector/src/keys/environment-keys.ts';
import type { KeyRecord } from '../../collector/src/keys/key-records.ts';
import { KeyRing } from '../../collector/src/keys/key-ring.ts';
import { hashSecret, makeKey, parseKey, secretFits } from '../../collector/src/keys/key-text.ts';
import { readKeysFile } from '../../collector/src/keys/keys-file.ts';
import { addKey, listKeys, revokeKey } from '../../collector/src/keys/manage-keys.ts';
import { addReader, listReaders, readerName, removeReader } from '../../collector/src/keys/manage-readers.ts';
import { SCOPES } from '../../collector/src/keys/scope.ts';

let directory: string;
let files = 0;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-keys-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A path of a keys file that is not there yet. */
const freshFile = (): string => path.join(directory, `${files++}`, 'keys.json');

const messageOf = async (action: () => unknown): Promise<string> => {
  try {
    await action();
    return '';
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
};

const wanted = { tenant: 'acme', scopes: ['read'], name: 'test', expires: null } as const;

describe('the text of a key', () => {
  test('has an id, 192 random bits, and is never the same', () => {
    const made = Array.from({ length: 200 }, () => makeKey());
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(200);
    for (const { id, secret, text } of made) {
      expect(text).toMatch(/^slk_[0-9a-f]{10}_[A-Za-z0-9_-]{32}$/);
      expect(Buffer.from(secret, 'base64url')).toHaveLength(24);
      expect(parseKey(text)).toEqual({ id, secret });
      expect(secretFits(secret, hashSecret(secret))).toBe(true);
      expect(secretFits(`${secret}x`, hashSecret(secret))).toBe(false);
    }
  });

  test('of another form is none', () => {
    const secret = 'a'.repeat(32);
    const wrong = ['', 'slk', secret, `slk_${secret}`, `SLK_abcd_${secret}`, `slk_abcd_${'a'.repeat(21)}`];
    for (const text of [...wrong, `slk_abcd_${'a'.repeat(87)}`, `slk_abcd_${secret} `, `slk_a-b_${secret}`]) {
      expect(parseKey(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => parseKey(text) === undefined || text.startsWith('slk_')));
  });
});

describe('SPANLEDGER_KEYS', () => {
  const hash = hashSecret('x'.repeat(32));

  test('holds hashes, or keys that are hashed at once', () => {
    const { text, id, secret } = makeKey();
    const keys = parseEnvironmentKeys(`abcd:${hash}:acme:ingest+read,\n ${text}:globex:audit `);
    expect(keys).toMatchObject([
      { id: 'abcd', hash, tenant: 'acme', scopes: ['ingest', 'read'] },
      { id, hash: hashSecret(secret), tenant: 'globex', scopes: ['audit'] },
    ]);
    expect(JSON.stringify(keys)).not.toContain(secret);
    expect(parseEnvironmentKeys('')).toEqual([]);
  });

  test('is written as it is read', () => {
    const key = fc.record({
      id: fc.stringMatching(/^[a-z0-9]{4,32}$/),
      hash: fc.stringMatching(/^[0-9a-f]{64}$/),
      tenant: fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/),
      scopes: fc.subarray([...SCOPES], { minLength: 1 }),
    });
    const list = fc.uniqueArray(key, { selector: ({ id }) => id });
    fc.assert(
      fc.property(list, (keys) => {
        const text = keys.map((one) => environmentEntry(one as unknown as KeyRecord)).join(',');
        expect(parseEnvironmentKeys(text)).toMatchObject(keys);
      }),
    );
  });

  test.each([
    ['nonsense', /^KEYS_INVALID: SPANLEDGER_KEYS: entry 1 must read ID:HASH:TENANT:SCOPE/],
    [`abcd:${hash}:acme:read ABCD:${hash}:acme:read`, /entry 2 must begin with an id/],
    ['abcd:secret:acme:read', /entry 1 \(key abcd\) must have a SHA-256/],
    [`abcd:${hash}:a/b:read`, /entry 1 \(key abcd\) must have a tenant/],
    [`abcd:${hash}:acme:read+write`, /entry 1 \(key abcd\): its scopes: must be one of ingest, read, audit, admin/],
    [`abcd:${hash}:acme:`, /entry 1 \(key abcd\): its scopes: /],
    [`abcd:${hash}:acme:read+read`, /names a scope twice/],
    [`abcd:${hash}:acme:read,abcd:${hash}:acme:read`, /key abcd is there twice/],
    ['slk_abcd_tooshort:acme:read', /entry 1 must read/],
  ])('%j is refused, without what is secret in it', async (text, said) => {
    const message = await messageOf(() => parseEnvironmentKeys(text));
    expect(message).toMatch(said);
    expect(message).not.toMatch(/secret|tooshort|nonsense|[0-9a-f]{64}/);
  });
});

describe('the keys file', () => {
  test('keeps hashes, is readable by its owner only, and leaves nothing else behind', async () => {
    const file = freshFile();
    const { text, record } = await addKey(file, wanted);
    await addKey(file, { ...wanted, scopes: ['ingest', 'audit'] });
    const kept = await readFile(file, 'utf8');
    expect(kept).not.toContain(text.slice(text.indexOf('_', 'slk_'.length) + 1));
    expect((await listKeys(file)).map(({ scopes }) => scopes)).toEqual([['read'], ['ingest', 'audit']]);
    expect(await listKeys(file)).toContainEqual(record);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
    expect(await readdir(path.dirname(file))).toEqual(['keys.json']);
  });

  test('loses nothing when several change it at once', async () => {
    const file = freshFile();
    await Promise.all(Array.from({ length: 12 }, (_, index) => addKey(file, { ...wanted, name: `${index}` })));
    const names = (await listKeys(file)).map(({ name }) => Number(name));
    expect(names.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
  });

  test('a key is revoked once, by its id', async () => {
    const file = freshFile();
    const { record } = await addKey(file, wanted);
    await revokeKey(file, record.id);
    const [first] = await listKeys(file);
    expect(Date.parse(first?.revoked ?? '')).toBeLessThanOrEqual(Date.now());
    await revokeKey(file, record.id);
    expect(await listKeys(file)).toEqual([first]);
    expect(await messageOf(() => revokeKey(file, 'none'))).toMatch(/^KEY_NOT_FOUND: .* has no key none; .*keys list/);
  });

  test('readers have a password of their own and a name that no other tenant has', async () => {
    const file = freshFile();
    expect([readerName('default'), readerName('acme'), readerName('a.b-c')]).toEqual([
      'reader',
      'reader_acme',
      'reader_a_b_c',
    ]);
    const reader = { name: 'reader_a_b', tenant: 'a.b', scopes: ['read'] } as const;
    const { password, record } = await addReader(file, reader);
    expect(record.password_sha256).toBe(hashSecret(password));
    expect(await readFile(file, 'utf8')).not.toContain(password);
    const again = await addReader(file, { ...reader, scopes: ['read', 'audit'] });
    expect(again.password).not.toBe(password);
    expect(await listReaders(file)).toEqual([again.record]);
    expect(await messageOf(() => addReader(file, { ...reader, tenant: 'a-b' }))).toMatch(/^READER_NAME_TAKEN: .*a\.b/);
    await removeReader(file, 'reader_a_b');
    expect(await listReaders(file)).toEqual([]);
    expect(await messageOf(() => removeReader(file, 'reader_a_b'))).toMatch(/^READER_NOT_FOUND/);
  });

  const key = { id: 'abcd', hash: 'ab'.repeat(32), tenant: 'acme', scopes: ['read'] };
  test.each([
    ['slk_abcd_hushhush', /it is not JSON/],
    [{ version: 2 }, /version: must be 1; a newer spanledger/],
    [{ version: 1, keys: [{ ...key, hash: 'hushhush' }] }, /keys\.0\.hash: must be a SHA-256/],
    [{ version: 1, keys: [key, { ...key, scopes: [] }] }, /keys\.1\.scopes: needs at least one of ingest/],
    [{ version: 1, keys: [{ ...key, scopes: ['hushhush'] }] }, /keys\.0\.scopes\.0: must be one of ingest/],
    [{ version: 1, keys: [{ ...key, tenant: 'a b' }] }, /keys\.0\.tenant: must be 1 to 100/],
    [{ version: 1, keys: [{ ...key, expires: 'tomorrow' }] }, /keys\.0\.expires: must be a time/],
    [{ version: 1, keys: [{ ...key, scope: 'read' }] }, /keys\.0: unknown field scope/],
    [{ version: 1, keys: [key, key] }, /abcd is there twice/],
    [
      { version: 1, readers: [{ name: 'reader', tenant: 'a', scopes: ['admin'], password_sha256: key.hash }] },
      /readers\.0\.scopes: must be/,
    ],
    [
      { version: 1, readers: [{ name: 'r', tenant: 'a', scopes: ['read'], password_sha256: key.hash }] },
      /readers\.0\.name: must be `reader`/,
    ],
  ])('%j is refused with the place, and without what stands there', async (content, said) => {
    const file = path.join(directory, `wrong-${files++}.json`);
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
    const message = await messageOf(() => readKeysFile(file));
    expect(message).toMatch(said);
    expect(message).toMatch(/^KEYS_FILE_INVALID: the keys file .*wrong-\d+\.json can't be used: /);
    expect(message).not.toContain('hushhush');
  });

  test('that others may write to is refused', async () => {
    const file = freshFile();
    await addKey(file, wanted);
    await chmod(file, 0o620);
    expect(await messageOf(() => readKeysFile(file))).toMatch(/^KEYS_FILE_INVALID: .*others may write to it/);
  });
});

describe('the ring', () => {
  const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
  const hour = 3_600_000;

  async function open(file: string, fixed: readonly KeyRecord[] = []) {
    const told: string[] = [];
    const ring = await KeyRing.open(
      { file, fixed, tenant: 'house' },
      {
        changed: (keys, firstKeys) => told.push(`${keys}${firstKeys ? ' first' : ''}`),
        failed: (error) => told.push(error.message),
      },
    );
    return { ring, told };
  }

  test('knows a key by id and secret, with its tenant and scopes', async () => {
    const file = freshFile();
    const { text, record } = await addKey(file, { ...wanted, scopes: ['read', 'audit'] });
    const { ring } = await open(file);
    expect(ring.isKeyed).toBe(true);
    const caller = { keyId: record.id, tenant: 'acme', scopes: new Set(['read', 'audit']) };
    expect(await ring.callerOf(bearer(text))).toEqual(caller);
    expect(await ring.callerOf({ 'x-api-key': text })).toEqual(caller);
    const other = makeKey();
    const wrong = [
      `slk_${record.id}_${other.secret}`,
      other.text,
      text.slice(0, -1),
      text.toUpperCase(),
      record.id,
      '',
    ];
    for (const one of wrong) expect(await ring.callerOf(bearer(one))).toBeUndefined();
    expect(await ring.callerOf({})).toBeUndefined();
  });

  test('refuses keys that are expired or revoked, whatever the time of it', async () => {
    const file = freshFile();
    const past = await addKey(file, { ...wanted, expires: new Date(Date.now() - hour).toISOString() });
    const future = await addKey(file, { ...wanted, expires: new Date(Date.now() + hour).toISOString() });
    const revoked = await addKey(file, wanted);
    await revokeKey(file, revoked.record.id);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/"revoked": "\d{4}/, '"revoked": "2999'));
    const { ring } = await open(file);
    expect(await ring.callerOf(bearer(past.text))).toBeUndefined();
    expect(await ring.callerOf(bearer(future.text))).toMatchObject({ tenant: 'acme' });
    expect(await ring.callerOf(bearer(revoked.text))).toBeUndefined();
  });

  test('without keys everybody has all scopes of the one tenant', async () => {
    const { ring } = await open(freshFile());
    expect(ring.isKeyed).toBe(false);
    expect(await ring.callerOf({})).toEqual({ keyId: null, tenant: 'house', scopes: new Set(SCOPES) });
  });

  test('a file with only revoked keys still needs one', async () => {
    const file = freshFile();
    const { record } = await addKey(file, wanted);
    await revokeKey(file, record.id);
    const { ring } = await open(file);
    expect(await ring.callerOf({})).toBeUndefined();
  });

  /** Asks until the answer is as wanted: the ring looks at the file twice a second. */
  const eventually = async (ring: KeyRing, headers: Record<string, string>, tenant: string | undefined) =>
    expect.poll(async () => (await ring.callerOf(headers))?.tenant, { timeout: 5_000 }).toBe(tenant);

  test('takes changes of the file while it works, and never opens again', async () => {
    const file = freshFile();
    const { ring, told } = await open(file);
    const { text, record } = await addKey(file, wanted);
    await eventually(ring, {}, undefined);
    await eventually(ring, bearer(text), 'acme');
    await revokeKey(file, record.id);
    await eventually(ring, bearer(text), undefined);
    const second = await addKey(file, wanted);
    await eventually(ring, bearer(second.text), 'acme');
    await writeFile(file, 'broken');
    await expect.poll(() => ring.callerOf({}).then(() => told.at(-1)), { timeout: 5_000 }).toMatch(/not JSON/);
    await eventually(ring, bearer(second.text), 'acme');
    await rm(file);
    await expect.poll(() => ring.callerOf({}).then(() => told.at(-1)), { timeout: 5_000 }).toMatch(/is gone/);
    await eventually(ring, bearer(second.text), 'acme');
    await writeFile(file, '{"version": 1}', { mode: 0o600 });
    await eventually(ring, bearer(second.text), undefined);
    await eventually(ring, {}, undefined);
    expect(told.map((one) => one.replace(/^the keys file \S+keys\.json /, ''))).toEqual([
      '1 first',
      '1',
      '2',
      "can't be used: it is not JSON",
      'the keys file is gone',
      '0',
    ]);
  });

  test('a change within the same second and of the same size is seen', async () => {
    const file = freshFile();
    const { text } = await addKey(file, wanted);
    const { ring } = await open(file);
    const { mtime } = await stat(file);
    const content = await readFile(file, 'utf8');
    await writeFile(file, content.replace('"acme"', '"acne"'));
    await utimes(file, mtime, mtime);
    await eventually(ring, bearer(text), 'acne');
  });

  test('keys of the environment are there beside those of the file, each id once', async () => {
    const file = freshFile();
    const { text } = await addKey(file, wanted);
    const fixed = makeKey();
    const record = parseEnvironmentKeys(`${fixed.text}:globex:ingest`);
    const { ring } = await open(file, record);
    expect(await ring.callerOf(bearer(fixed.text))).toMatchObject({ tenant: 'globex' });
    expect(await ring.callerOf(bearer(text))).toMatchObject({ tenant: 'acme' });
    const same = (await listKeys(file)).map((one) => ({ ...one, tenant: 'globex' }));
    expect(await messageOf(() => open(file, same))).toMatch(/stands both in .*keys\.json and in SPANLEDGER_KEYS/);
  });
});
