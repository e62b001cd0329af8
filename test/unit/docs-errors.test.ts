import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { SENSITIVE_KINDS } from '@spanledger/sdk';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

/** Words in capitals that are no codes of ours: of ClickHouse, of OTLP/JSON, kinds of sensitive text, and names of variables. */
const OTHERS: ReadonlySet<string> = new Set([
  ...SENSITIVE_KINDS,
  'ACCESS_DENIED',
  'AUTHENTICATION_FAILED',
  'GET',
  'MEMORY_LIMIT_EXCEEDED',
  'OPENAI_BASE_URL',
  'QUERY_WAS_CANCELLED',
  'SEVERITY_NUMBER_UNSPECIFIED',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_ROWS',
  'TOO_MANY_ROWS_OR_BYTES',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'TOO_SLOW',
]);

/** Every text in capitals with a `_`, every word in capitals that is a code or a first argument, and the two made from parts. */
function codesIn(source: string): string[] {
  const literals = [...source.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].map((match) => match[1] ?? '');
  const words = [...source.matchAll(/(?:\(\s*|code: )'([A-Z]{3,})',/g)].map((match) => match[1] ?? '');
  const fields = [...source.matchAll(/lengthFault\('(\w+)'/g)].map((match) => `INVALID_${match[1]?.toUpperCase()}`);
  const statuses = source.includes('`HTTP_$' + '{status}`') ? ['HTTP_NNN'] : [];
  return [...literals, ...words, ...fields, ...statuses].filter(
    (code) => !OTHERS.has(code) && !/^(?:SPANLEDGER|OTEL)_/.test(code),
  );
}

async function sourceFiles(): Promise<string[]> {
  const packages = await readdir(path.join(root, 'packages'));
  const folders = ['collector/src', ...packages.map((name) => `packages/${name}/src`)];
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(path.join(root, folder), { recursive: true });
      return names.filter((name) => name.endsWith('.ts')).map((name) => path.join(root, folder, name));
    }),
  );
  return lists.flat();
}

const sources = await Promise.all((await sourceFiles()).map((file) => readFile(file, 'utf8')));
const codes = [...new Set(sources.flatMap(codesIn))].sort();
const page = await readFile(path.join(root, 'docs/errors.md'), 'utf8');
const sections = [...page.matchAll(/^## (\S+)\n(.*)/gm)].map(([, code = '', text = '']) => ({ code, text }));

test('codes of each kind are found in the source', () => {
  expect(codes).toEqual(
    expect.arrayContaining([
      'ENGINE_PORT_TAKEN',
      'OVERLOADED',
      'RUN_NOT_FOUND',
      'INVALID_PARENT_SPAN_ID',
      'HTTP_NNN',
      'USAGE',
    ]),
  );
});

test('each code has one section with a text, and each section a code', () => {
  expect(sections.map((section) => section.code).sort()).toEqual(codes);
  expect(sections.filter((section) => section.text.length < 20)).toEqual([]);
});
