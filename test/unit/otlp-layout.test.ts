import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OPERATION_NAMES, PROVIDER_HOSTS, PROVIDER_NAMES, TARGETS } from '@spanledger/semconv';
import { expect, test } from 'vitest';
import { FORMS, type Form } from '../../collector/src/otlp/canonical-replay.ts';
import {
  CANONICAL_COLUMNS,
  CONTENT_COLUMNS,
  HEADER_BYTES,
  INGEST_COLUMNS,
  LEDGER_COLUMNS,
  REJECT_COLUMNS,
} from '../../collector/src/otlp/record-layout.ts';
import { columnsOf, INGEST } from '../otlp/ingest-rows.ts';

const sql = readFileSync(
  path.join(import.meta.dirname, '../../collector/sql/ingest/01_ingest_to_recorded.sql'),
  'utf8',
);

test('the columns that the transcoder writes are the columns of ingest, in order', () => {
  expect(INGEST_COLUMNS).toEqual(INGEST.map((column) => column.name));
});

test.each([
  ['001_ledger.sql', [...LEDGER_COLUMNS, 'record_hash']],
  ['002_content.sql', CONTENT_COLUMNS],
])('the columns of %s are those that the transcoder writes', (migration, columns) => {
  expect(columnsOf(migration).map((column) => column.name)).toEqual(columns);
});

test('the columns of rejects are those that the transcoder writes', () => {
  expect(REJECT_COLUMNS).toEqual(columnsOf('003_reject_rows.sql').map((column) => column.name));
});

test('every target of the dialect tables has its column, in order', () => {
  const columns = INGEST.map((column) => column.name).filter((name) => name.startsWith('t_'));
  expect(columns).toEqual(TARGETS.map((target) => `t_${target}`));
});

test('the canonical columns but the header are those that the ingest view hashes, in order', () => {
  const list = /formatRow\('RowBinary',([^)]+)\)/.exec(sql)?.[1] ?? '';
  expect(list.split(',').map((name) => name.trim().replaceAll('`', ''))).toEqual(CANONICAL_COLUMNS.slice(4));
  expect(INGEST.slice(0, CANONICAL_COLUMNS.length).map((column) => column.name)).toEqual([...CANONICAL_COLUMNS]);
});

test.each([
  ['operation_words', 'operation_names', OPERATION_NAMES],
  ['provider_words', 'provider_names', PROVIDER_NAMES],
  ['provider_hosts', 'host_names', PROVIDER_HOSTS],
])('the ingest view knows the dialect tables by %s and %s', (words, names, table) => {
  const listOf = (name: string): string[] => {
    const list = new RegExp(`\\[([^\\]]*)\\] AS ${name}\\b`).exec(sql)?.[1] ?? '';
    return Array.from(list.matchAll(/'([^']*)'/g), ([, word = '']) => word);
  };
  expect(listOf(words)).toEqual(Object.keys(table));
  expect(listOf(names)).toEqual(Object.values(table));
});

const FORM_OF_TYPE: Readonly<Record<string, Form>> = {
  UInt8: 1,
  UInt16: 2,
  UInt32: 4,
  Int32: 4,
  UInt64: 8,
  'FixedString(1)': 1,
  'FixedString(8)': 8,
  'FixedString(16)': 16,
  String: 'string',
  'Map(String, String)': 'map',
  'Array(UInt64)': 'array64',
  'Array(UInt32)': 'array32',
  'Array(String)': 'strings',
  'Array(Map(String, String))': 'maps',
};

test('the replay steps over each canonical column as its type asks', () => {
  const forms = INGEST.slice(0, CANONICAL_COLUMNS.length).map(({ name, type }) => [name, FORM_OF_TYPE[type]]);
  expect(Object.entries(FORMS)).toEqual(forms);
});

test('the content hash leaves out the header: all that stands before the tenant', () => {
  const header = Object.values(FORMS).slice(0, CANONICAL_COLUMNS.indexOf('tenant'));
  expect(header.reduce<number>((sum, form) => sum + Number(form), 0)).toBe(HEADER_BYTES);
});
