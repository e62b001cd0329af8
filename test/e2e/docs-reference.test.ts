import { afterAll, beforeAll, expect, test } from 'vitest';
import { CANONICAL_COLUMNS, HEADER_BYTES } from '../../collector/src/otlp/record-layout.ts';
import { generatePages } from '../../docs/generate/pages.ts';
import { readViewHeads } from '../../docs/generate/sql-reference.ts';
import { blocks, type RecordedCrew, readPage, recordCrew, tableRows } from './docs-fixture.ts';

let crew: RecordedCrew;
beforeAll(async () => {
  crew = await recordCrew();
});
afterAll(() => crew.collector.stop());

/** Answer of ClickHouse to a query of `user`. */
async function ask(sql: string, user: 'reader' | 'default'): Promise<string> {
  const parameters = new URLSearchParams({ user, database: 'spanledger', default_format: 'JSONEachRow' });
  const response = await fetch(`${crew.collector.engine.url}/?${parameters}`, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

test('generated pages are current (npm run docs)', async () => {
  for (const [name, text] of await generatePages(crew.collector.engine)) {
    expect(await readPage(`docs/${name}`), name).toBe(text);
  }
});

const views = await readViewHeads();

test.each(views)('the example of $name gives rows to reader', async ({ example }) => {
  expect(example).not.toBe('');
  expect(await ask(example, 'reader')).not.toBe('');
});

test('every SQL of the README gives rows to reader', async () => {
  const page = await readPage('README.md');
  const queries = [...page.matchAll(/(?:-d '|sql ")(SELECT [^'"]+)/g)].map((match) => match[1] ?? '');
  expect(queries).toHaveLength(2);
  for (const sql of queries) expect(await ask(sql, 'reader')).not.toBe('');
});

test('the ledger format lists every canonical field with its type', async () => {
  const page = await readPage('docs/ledger-format.md');
  const columns = await crew.collector.query<{ name: string; type: string }>(
    "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = 'ingest' ORDER BY position",
  );
  const listed = tableRows(page).filter((cells) => cells.length === 4 && cells[0] !== 'field');
  expect(listed.map(([name, type]) => [name, type])).toEqual(
    columns.slice(0, CANONICAL_COLUMNS.length).map(({ name, type }) => [name, type]),
  );
  expect(page).toContain(`the **header**, ${HEADER_BYTES} bytes`);
});

test('the documented SQL finds every record hash whole', async () => {
  const [sql = ''] = blocks(await readPage('docs/ledger-format.md'), 'sql');
  const { records, whole } = JSON.parse(await ask(sql, 'reader'));
  expect(whole).toBe(records);
  expect(Number(records)).toBeGreaterThan(50);
});

test('the example of a cursor adds up', async () => {
  const page = await readPage('docs/ledger-format.md');
  const cursor = BigInt(/\| cursor \| `(\d+)`/.exec(page)?.[1] ?? '');
  const [, milliseconds = '', time = ''] = /`cursor >> 22` \| `(\d+)` ms, which is (\S+) \|/.exec(page) ?? [];
  expect(String(cursor >> 22n)).toBe(milliseconds);
  expect(new Date(Date.UTC(2024, 0, 1) + Number(milliseconds)).toISOString()).toBe(time);
  expect(page).toContain(`origin \`${(cursor >> 12n) & 1023n}\``);
  expect(page).toContain(`counter \`${cursor & 4095n}\``);
});

test('operations lists every metric of the collector with its type', async () => {
  const text = await (await fetch(`${crew.collector.url}/metrics`)).text();
  const live = [...text.matchAll(/^# TYPE (spanledger_\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]);
  const listed = tableRows(await readPage('docs/operations.md')).filter(([name]) => name?.startsWith('spanledger_'));
  expect(listed.map(([name, type]) => [name, type]).sort()).toEqual(live.sort());
});

test('the SQL on disk use gives a row for the ledger', async () => {
  const [sql = ''] = blocks(await readPage('docs/operations.md'), 'sql');
  expect(await ask(sql, 'default')).toContain('"table":"ledger"');
});

test('a day is dropped as operations says', async () => {
  const page = await readPage('docs/operations.md');
  const [{ day = '' } = {}] = await crew.collector.query<{ day: string }>(
    'SELECT max(toDate(received_at)) AS day FROM ledger',
  );
  for (const [, sql = ''] of page.matchAll(/"(ALTER TABLE \w+ DROP PARTITION [^"]+)"/g)) {
    await ask(sql.replace(/'.*'/, `'${day}'`), 'default');
  }
  expect(
    await crew.collector.query('SELECT count() AS n FROM ledger WHERE toDate(received_at) = {day:Date}', { day }),
  ).toEqual([{ n: '0' }]);
  expect(await crew.collector.query('SELECT count() AS n FROM content')).toEqual([{ n: '0' }]);
});
