import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { columns, from, fromWhere, join, render, sql, value } from '../../collector/src/serve/sql.ts';

test('values are bound and relations are filtered by tenant', () => {
  const query = sql`SELECT a FROM ${from('runs')} WHERE a = ${value('String', "x' OR 1=1")} LIMIT ${value('UInt32', 5)}`;
  expect(render(query, "t'")).toEqual({
    text: 'SELECT a FROM (SELECT * FROM runs WHERE tenant = {tenant:String}) WHERE a = {p0:String} LIMIT {p1:UInt32}',
    parameters: { tenant: "t'", p0: "x' OR 1=1", p1: 5 },
  });
});

test('pieces are put together with their values', () => {
  const query = join([sql`a = ${value('String', '1')}`, sql`b = ${value('String', '2')}`], sql` AND `);
  expect(render(query, 't').text).toBe('a = {p0:String} AND b = {p1:String}');
});

test.each([
  () => sql`SELECT * FROM runs`,
  () => sql`SELECT * from steps WHERE tenant = ${value('String', 'x')}`,
  () => sql`SELECT * FROM ${from('runs')} JOIN steps USING (run_id)`,
  () => sql`SELECT * FROM ${from('runs')} LEFT JOIN "steps" USING (run_id)`,
  () => sql`SELECT * FROM ${from('runs')}, steps`,
  () => sql`SELECT * FROM ${from('runs')} AS run, steps`,
  () => sql`SELECT * FROM url('http://example.com')`,
  () => sql`SELECT run_id IN step_rows FROM ${from('runs')}`,
])('a query that names a relation itself is refused: %s', (make) => {
  expect(make).toThrow('Name relations with from(...)');
});

test('conditions of a selection are added to its filter by tenant', () => {
  const query = sql`SELECT a ${fromWhere('runs', sql`a = ${value('String', '1')} OR b`, sql`c`)} LIMIT 1`;
  expect(render(query, 't')).toEqual({
    text: 'SELECT a FROM runs WHERE runs.tenant = {tenant:String} AND (a = {p0:String} OR b) AND (c) LIMIT 1',
    parameters: { tenant: 't', p0: '1' },
  });
});

test.each([
  () => sql`SELECT a ${fromWhere('runs')} OR true`,
  () => sql`SELECT a ${fromWhere('runs')} AND a OR true`,
  () => sql`SELECT a ${fromWhere('runs')}, b`,
])('nothing but what orders and groups its rows comes behind a selection: %s', (make) => {
  expect(make).toThrow('Give conditions to fromWhere(...)');
});

test('a column list takes names only', () => {
  expect(render(columns(['a', 'b_1'], ['b_1']), 't').text).toBe('a, toString(b_1) AS b_1');
  expect(() => columns(['a, (SELECT 1)'])).toThrow('Not a column name');
});

test('SQL runs in the store only', async () => {
  const directory = path.join(import.meta.dirname, '../../collector/src/serve');
  for (const file of await readdir(directory)) {
    const text = await readFile(path.join(directory, file), 'utf8');
    const runs = /\.(?:query|command|exec|insert)\(\{/.test(text);
    expect([file, runs]).toEqual([file, file === 'store.ts']);
  }
});
