import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryParts } from '../../collector/src/settle/query-parts.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';

let fixture: TestEngine;

beforeAll(async () => {
  fixture = await startTestEngine();
}, 60_000);

afterAll(() => fixture.stop());

test.each([
  ['short names', (i: number) => i.toString(36)],
  ['ids', (i: number) => i.toString(16).padStart(32, '0')],
  ['long names', (i: number) => `${i}${'x'.repeat(500)}`],
  ['quotes and backslashes', (i: number) => `${i}${`'"\\`.repeat(20)}`],
  ['control characters', (i: number) => `${i}${'\t\n\r\u0001'.repeat(10)}`],
  ['other scripts', (i: number) => `${i}${'идентификатор 識別子 🙂'.repeat(3)}`],
])('lists of any length come through whole, in parts that ClickHouse takes: %s', async (_kind, nameOf) => {
  const names = Array.from({ length: 20_000 }, (_, i) => nameOf(i));
  const rows = await queryParts<readonly [name: string]>(
    fixture.engine.client,
    'SELECT arrayJoin({names:Array(String)}) AS name',
    {},
    { names },
  );
  expect(rows.length).toBe(names.length);
  expect(rows.map(([name]) => name)).toEqual(names);
});
