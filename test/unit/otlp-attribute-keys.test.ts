import { TARGETS } from '@spanledger/semconv';
import { expect, test } from 'vitest';
import { KeyTable, meaningOf } from '../../collector/src/otlp/attribute-keys.ts';
import { randomId, traceBody } from '../otlp/bodies.ts';
import { pairsOf, textOf } from '../otlp/ingest-rows.ts';
import { transcoding } from '../otlp/transcoding.ts';
import type { Value } from '../otlp/values.ts';

const RUN_ID = 'spanledger.run.id';

function intern(table: KeyTable, key: string): number {
  const bytes = Buffer.from(`..${key}..`);
  return table.intern(bytes, 2, bytes.length - 2);
}

test('a key has one number while the table lasts, and its meaning', () => {
  const table = new KeyTable();
  const id = intern(table, RUN_ID);
  const keys = Array.from({ length: 5000 }, (_, i) => `key.${i}`);
  const ids = keys.map((key) => intern(table, key));
  expect(new Set([id, ...ids]).size).toBe(5001);
  expect(keys.map((key) => intern(table, key))).toEqual(ids);
  expect(intern(table, RUN_ID)).toBe(id);
  expect(table.meaning(id)).toMatchObject({
    target: TARGETS.indexOf('run_id'),
    rank: expect.any(Number),
    content: false,
  });
  expect(table.meaning(ids[0] as number)).toEqual(meaningOf('key.0'));
});

test('a key over 256 bytes and a key that finds no place have no number', () => {
  const table = new KeyTable();
  expect(intern(table, 'k'.repeat(256))).toBe(0);
  expect(intern(table, 'k'.repeat(257))).toBe(-1);
  for (let i = 1; i < 8192; i++) expect(intern(table, `key.${i}`)).toBe(i);
  expect(intern(table, 'one.too.many')).toBe(-1);
  expect(intern(table, 'key.8191')).toBe(8191);
});

test('a full table starts anew between records and gives the same meanings', () => {
  const table = new KeyTable();
  for (let i = 0; i < 8192; i++) intern(table, `key.${i}`);
  expect(intern(table, RUN_ID)).toBe(-1);
  table.makeRoom();
  expect(table.meaning(intern(table, RUN_ID)).target).toBe(TARGETS.indexOf('run_id'));
  table.makeRoom();
  expect(intern(table, RUN_ID)).toBe(0);
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
