import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashSecret } from '../../collector/src/keys/key-text.ts';
import { startTestEngine } from '../engine-fixture.ts';
import { type Finished, FREE_PORTS, runCli, startCli, temporaryDirectory } from './cli-fixture.ts';

let directory: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ directory, remove } = await temporaryDirectory());
});
afterAll(() => remove());

const run = (...words: string[]): Promise<Finished> => runCli([...words, '--data-dir', directory]);

test('keys are made, listed and revoked; a key shows once and alone on stdout', async () => {
  expect((await run('keys', 'list')).output).toMatch(/^There are no keys: /);
  const made = await run(
    'keys',
    'add',
    '--scope',
    'read+audit',
    '--tenant',
    'acme',
    '--name',
    'audit desk',
    '--expires',
    '2099-01-31',
  );
  expect(made.code).toBe(0);
  expect(made.output).toMatch(/^slk_[0-9a-f]{10}_[\w-]{32}\n$/);
  const [, id = '', secret = ''] = /^slk_([^_]+)_(.*)\n$/.exec(made.output) ?? [];
  expect(made.errors).toMatch(new RegExp(`^Key ${id} of tenant acme may read, audit\\. Keep it now`));
  expect(made.errors).not.toContain(secret);
  const listed = await run('keys', 'list');
  expect(listed.output).toMatch(
    new RegExp(`^${id} +acme +read\\+audit +in force +2099-01-31 00:00:00 .* audit desk$`, 'm'),
  );
  expect(listed.output).not.toContain(secret);
  expect((await run('keys', 'list', '--environment')).output).toBe(`${id}:${hashSecret(secret)}:acme:read+audit\n`);
  expect(await readFile(path.join(directory, 'keys.json'), 'utf8')).not.toContain(secret);
  expect((await run('keys', 'revoke', id)).output).toBe(`Key ${id} is revoked.\n`);
  expect((await run('keys', 'list')).output).toMatch(new RegExp(`^${id} +acme +read\\+audit +revoked `, 'm'));
  expect((await run('keys', 'list', '--environment')).output).toBe('');
});

test.each([
  [['keys'], /^spanledger keys: say what to do: add, list or revoke\n/],
  [['keys', 'add'], /^spanledger keys: --scope takes ingest, read, audit, admin, joined by \+\n/],
  [['keys', 'add', '--scope', 'read+write'], /joined by \+, not write\n/],
  [['keys', 'add', '--scope', 'read', '--expires', 'soon'], /--expires takes a date/],
  [['keys', 'add', '--scope', 'read', '--expires', '2020-01-01'], /--expires is past/],
  [['keys', 'list', 'all'], /unexpected argument all/],
  [['keys', 'revoke'], /say which key/],
  [['readers'], /^spanledger readers: say what to do: add, list, remove or sql\n/],
  [['readers', 'add', '--name', 'admin'], /--name takes reader and up to/],
  [['readers', 'remove'], /say which user/],
])('a wrong command line says what is right: %j', async (words, said) => {
  const { code, output, errors } = await run(...words);
  expect([code, output]).toEqual([2, '']);
  expect(errors).toMatch(said);
});

test('what is not there is named', async () => {
  expect((await run('keys', 'revoke', 'none')).errors).toMatch(
    /^KEY_NOT_FOUND: .*\nSee docs\/errors\.md#key_not_found/,
  );
  expect((await run('readers', 'remove', 'reader_x')).errors).toMatch(/^READER_NOT_FOUND: /);
});

test('readers are made, listed, written as SQL that ClickHouse understands, and removed', async () => {
  const { output: password, errors } = await run('readers', 'add', '--tenant', 'a.b');
  expect(password).toMatch(/^[\w-]{32}\n$/);
  expect(errors).toMatch(/^SQL user reader_a_b sees tenant a\.b, without content, /);
  const clash = await run('readers', 'add', '--tenant', 'a-b');
  expect(clash.errors).toMatch(/^READER_NAME_TAKEN: .*--name/);
  expect((await run('readers', 'add', '--tenant', 'acme', '--audit')).code).toBe(0);
  const listed = (await run('readers', 'list')).output;
  expect(listed).toMatch(/^reader_a_b +a\.b +read /m);
  expect(listed).toMatch(/^reader_acme +acme +read\+audit /m);
  const { output: sql } = await run('readers', 'sql', '--clickhouse-url', 'http://me:secret@host/books');
  expect(sql).not.toMatch(/secret/);
  expect(sql).toContain(`IDENTIFIED WITH sha256_hash BY '${hashSecret(password.trim())}'`);
  expect(sql).toContain("FOR SELECT USING tenant = 'a.b' TO `reader_a_b`");
  expect(sql).toContain('GRANT SELECT ON books.* TO `reader_acme`');
  expect(sql).toContain('REVOKE SELECT(text) ON books.content FROM `reader_a_b`');
  expect(sql).not.toContain('REVOKE SELECT(text) ON books.content FROM `reader_acme`');
  const { engine, stop } = await startTestEngine();
  const statements = sql.split(';\n').filter((statement) => statement !== '');
  for (const statement of statements) {
    await engine.client.query({ query: 'SELECT formatQuery({s:String})', query_params: { s: statement } });
  }
  await stop();
  expect(statements.length).toBeGreaterThan(20);
  expect((await run('readers', 'remove', 'reader_acme')).code).toBe(0);
  expect((await run('readers', 'list')).output).not.toContain('reader_acme');
});

test('with keys the demo runs with one, and the commands ask with one', async () => {
  const without = await run('demo', '--once', ...FREE_PORTS);
  expect(without.code).toBe(1);
  expect(without.errors).toMatch(/^KEY_MISSING: /m);
  const key = (await run('keys', 'add', '--scope', 'ingest+read')).output.trim();
  const demo = await runCli(['demo', '--once', ...FREE_PORTS, '--data-dir', directory], { SPANLEDGER_KEY: key });
  expect(demo.errors).not.toContain(key);
  expect(demo.code).toBe(0);
  expect(demo.output).toContain('Policy violations: 1, blocked steps: 1\n');
  expect(demo.output).toContain('-H "X-API-Key: $SPANLEDGER_KEY"');
  expect(demo.output).not.toContain(key);

  const running = await startCli(['--data-dir', directory]);
  const url = running.places['OTLP/HTTP'] ?? '';
  const refused = await runCli(['report', '--url', url]);
  expect(refused.code).toBe(1);
  expect(refused.errors).toMatch(/^UNAUTHORIZED: .*SPANLEDGER_KEY or --key/);
  expect((await runCli(['report', '--url', url], { SPANLEDGER_KEY: key })).output).toMatch(/ support-.* completed /);
  expect((await runCli(['report', '--url', url, '--key', key])).output).toMatch(/ support-.* completed /);
  const sql = await runCli(['sql', ...running.sqlFlags, 'SELECT count() FROM runs']);
  expect(sql.errors).toMatch(/^ENGINE_AUTHENTICATION: .*--user.*SPANLEDGER_SQL_PASSWORD/);
  const password = await readFile(path.join(directory, 'operator.password'), 'utf8');
  const asOperator = await runCli(['sql', ...running.sqlFlags, '--user', 'operator', 'SELECT count() FROM runs'], {
    SPANLEDGER_SQL_PASSWORD: password,
  });
  expect(asOperator.output).toBe('count()\n1\n');
  expect(await running.stop()).toBe(0);
});
