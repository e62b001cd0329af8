import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { outcomeOfCode } from '../../collector/src/engine/insert-error.ts';
import { findLibrary } from '../../collector/src/engine/library.ts';
import { parseRemote } from '../../collector/src/engine/remote.ts';
import { defaultMemoryBytes, writeServerConfig } from '../../collector/src/engine/server-config.ts';
import { usersConfiguration } from '../../collector/src/engine/server-users.ts';
import { sqlIdentifier, sqlString } from '../../collector/src/engine/sql-text.ts';
import { xmlElement } from '../../collector/src/engine/xml.ts';

const codeOf = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('SQL text and names are quoted', () => {
  expect(sqlString("it's \\ ok")).toBe("'it\\'s \\\\ ok'");
  expect(sqlIdentifier('a`b')).toBe('`a\\`b`');
});

test('XML text is escaped and lists repeat their element', () => {
  expect(xmlElement('a', { b: ['<&>"\'', 2] })).toBe('<a>\n<b>&#60;&#38;&#62;&#34;&#39;</b>\n<b>2</b>\n</a>\n');
});

test('a reader may be given a hashed password, and nothing that is no plain name', () => {
  const base = { database: 'spanledger', memoryBytes: 1_000, tenantTables: ['ledger'] };
  const invalid = [
    { name: 'reader-b', tenant: 'x' },
    { name: 'defaulter', tenant: 'x' },
    { name: 'operator', tenant: 'x' },
    { name: '', tenant: 'x' },
    { name: 'default', tenant: 'x' },
    { name: 'reader', tenant: 'x', passwordSha256: 'secret' },
  ];
  for (const reader of invalid) {
    expect(codeOf(() => usersConfiguration({ ...base, readers: [reader] }))).toBe('ENGINE_USER_INVALID');
  }
  const twice = [
    { name: 'reader', tenant: 'x' },
    { name: 'reader', tenant: 'y' },
  ];
  expect(codeOf(() => usersConfiguration({ ...base, readers: twice }))).toBe('ENGINE_USER_INVALID');
  const hashed = usersConfiguration({
    ...base,
    readers: [{ name: 'reader_a', tenant: "o'x", passwordSha256: 'ab'.repeat(32) }],
  });
  expect(hashed).toMatchObject({
    users: {
      reader_a: {
        password_sha256_hex: 'ab'.repeat(32),
        databases: { spanledger: { ledger: { filter: "tenant = 'o\\'x'" } } },
      },
    },
  });
});

test('the configuration listens on loopback only and is readable by its user only', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'spanledger-'));
  try {
    const input = { httpPort: 1, tcpPort: 2, database: 'spanledger', memoryBytes: 5, readers: [], tenantTables: [] };
    const files = await writeServerConfig({ directory, ...input });
    const text = await readFile(files.config, 'utf8');
    expect(text.match(/<listen_host>.*/g)).toEqual(['<listen_host>127.0.0.1</listen_host>']);
    expect(text).toContain('<max_server_memory_usage>5</max_server_memory_usage>');
    expect(text).not.toMatch(/_log>/);
    expect((await stat(files.config)).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(directory, 'users.xml'))).mode & 0o777).toBe(0o600);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('the memory cap is at most 4 GiB and half the machine', () => {
  expect(defaultMemoryBytes()).toBeLessThanOrEqual(Math.min(4 * 1_024 ** 3, os.totalmem() / 2));
  expect(defaultMemoryBytes()).toBeGreaterThan(0);
});

test('a platform without the library is named, with the ways out', () => {
  expect(() => findLibrary('win32-x64')).toThrow(/win32-x64.*--clickhouse-url.*docker compose/);
  expect(codeOf(() => findLibrary('win32-x64'))).toBe('ENGINE_LIBRARY_MISSING');
  // A package of another platform, which npm never installs here.
  const other = process.platform === 'darwin' ? 'linux-x64' : 'darwin-x64';
  expect(() => findLibrary(other)).toThrow(/npm install @chdb\/lib-.*--clickhouse-url/);
});

test('a URL gives server, user, password and database; options win', () => {
  const parsed = parseRemote({ url: 'https://me%40x:p%2Fw@db.example:8443/ledgers' });
  expect(parsed.target.url.href).toBe('https://db.example:8443/');
  expect(parsed).toMatchObject({ target: { user: 'me@x', password: 'p/w' }, database: 'ledgers' });
  expect(parseRemote({ url: 'http://h:8123' })).toMatchObject({
    target: { user: 'default', password: '' },
    database: 'spanledger',
  });
  expect(parseRemote({ url: 'http://a:b@h:8123/c', user: 'd', password: 'e', database: 'f' })).toMatchObject({
    target: { user: 'd', password: 'e' },
    database: 'f',
  });
});

test('a bad URL is refused without its password', () => {
  for (const url of ['ftp://a:secret@h/', 'nonsense', 'http://a:secret@h/b/c']) {
    expect(codeOf(() => parseRemote({ url }))).toBe('ENGINE_URL_INVALID');
    expect(() => parseRemote({ url })).not.toThrow(/secret/);
  }
});

test('only codes raised before the first block mean that nothing was written', () => {
  expect(outcomeOfCode(60)).toBe('not_applied');
  expect(outcomeOfCode(516)).toBe('not_applied');
  expect(outcomeOfCode(241)).toBe('unknown');
  expect(outcomeOfCode(null)).toBe('unknown');
});
