import { TARGETS } from '@spanledger/semconv';
import { expect, test } from 'vitest';
import { type InternedKey, KeyTable, meaningOf } from '../../collector/src/otlp/attribute-keys.ts';
import { viewOf } from '../../collector/src/otlp/byte-views.ts';
import { randomId, traceBody } from '../otlp/bodies.ts';
import { pairsOf, textOf } from '../otlp/ingest-rows.ts';
import { transcoding } from '../otlp/transcoding.ts';
import type { Value } from '../otlp/values.ts';

const RUN_ID = 'spanledger.run.id';

function intern(table: KeyTable, key: string): InternedKey | undefined {
  const bytes = Buffer.from(`..${key}..`);
  return table.intern(viewOf(bytes), 2, bytes.length - 2);
}

test('a key is one object while the table lasts, and has its meaning', () => {
  const table = new KeyTable();
  const run = intern(table, RUN_ID);
  const names = Array.from({ length: 5000 }, (_, i) => `key.${i}`);
  const keys = names.map((name) => intern(table, name));
  expect(new Set([run, ...keys]).size).toBe(5001);
  expect(names.every((name, i) => intern(table, name) === keys[i])).toBe(true);
  expect(intern(table, RUN_ID)).toBe(run);
  expect(run?.meaning).toMatchObject({ target: TARGETS.indexOf('run_id'), rank: expect.any(Number), content: false });
  expect(keys[0]?.meaning).toEqual(meaningOf('key.0'));
});

test('a key is found by its bytes, whatever came after the key before it the last time', () => {
  const table = new KeyTable();
  const names = ['a', 'ab', 'abc', 'abcd', 'abce', 'abcdefgh', 'abcdefgi', 'bbcdefgh', '', RUN_ID];
  const keys = new Map(names.map((name) => [name, intern(table, name)]));
  for (const first of names) {
    for (const second of names) {
      expect([intern(table, first), intern(table, second)]).toEqual([keys.get(first), keys.get(second)]);
      expect(intern(table, second) === keys.get(second)).toBe(true);
    }
  }
  expect(new Set(keys.values()).size).toBe(names.length);
});

test('a key over 256 bytes and a key that finds no place are not kept', () => {
  const table = new KeyTable();
  const first = intern(table, 'k'.repeat(256));
  expect(first?.size).toBe(256);
  expect(intern(table, 'k'.repeat(257))).toBeUndefined();
  for (let i = 1; i < 8192; i++) expect(intern(table, `key.${i}`)).toBeDefined();
  expect(intern(table, 'one.too.many')).toBeUndefined();
  expect(intern(table, 'k'.repeat(256)) === first).toBe(true);
});

test('a full table starts anew between records and gives the same meanings', () => {
  const table = new KeyTable();
  for (let i = 0; i < 8192; i++) intern(table, `key.${i}`);
  expect(intern(table, RUN_ID)).toBeUndefined();
  table.makeRoom();
  const run = intern(table, RUN_ID);
  expect(run?.meaning.target).toBe(TARGETS.indexOf('run_id'));
  table.makeRoom();
  expect(intern(table, RUN_ID) === run).toBe(true);
});

test('no number of distinct keys takes meanings away, in one record or over many', () => {
  const { send, read } = transcoding();
  const many = (from: number): [string, Value][] => Array.from({ length: 3000 }, (_, i) => [`key.${from + i}`, i]);
  const meant: [string, Value][] = [
    [RUN_ID, 'first'],
    ['gen_ai.input.messages', 'personal'],
    [RUN_ID, 'run'],
  ];
  const spans = Array.from({ length: 8 }, (_, i) => ({ attributes: [...many(i * 3000), ...meant] }));
  spans.push({ attributes: [...many(0), ...many(3000), ...many(6000), ...meant] });
  expect(send(traceBody(spans))).toMatchObject({ accepted: 9, rejected: 0 });
  const rows = read();
  for (const row of rows) {
    expect(textOf(row, 't_run_id')).toBe('run');
    expect(textOf(row, 't_input')).toMatch(/^[0-9a-f]{64}$/);
    expect(textOf(row, 'attribute_kinds').slice(-2)).toBe('Ss');
  }
  expect(rows.map((row) => pairsOf(row, 'attributes').length)).toEqual([...Array<number>(8).fill(3002), 9002]);
});

test('of equal keys the last counts, also of those too long for the table', () => {
  const { send, read, content } = transcoding();
  const long = `gen_ai.prompt.variable.${'x'.repeat(300)}`;
  const attributes: [string, Value][] = [
    [long, 'first'],
    ['b', 1],
    [long, 'last'],
    [`${long}y`, 'other'],
  ];
  send(traceBody([{ traceId: randomId(), attributes }]));
  const [row] = read();
  expect(pairsOf(row, 'attributes').map(([key]) => key)).toEqual(['b', long, `${long}y`]);
  expect(textOf(row, 'attribute_kinds')).toBe('iSS');
  expect(content().map(({ text }) => text)).toEqual(['last', 'other']);
});
