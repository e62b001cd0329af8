import { expect, test } from 'vitest';
import { decodePosition, encodePosition, pageOf } from '../../collector/src/serve/page-token.ts';

test('a token names its position, whatever the key is', () => {
  for (const key of ['run-1', '', "a'b\\c", 'ä😀\0', '18446744073709551615']) {
    const token = encodePosition({ time: '1782000000000000001', key });
    expect(token).toMatch(/^[\w-]+$/);
    expect(decodePosition(token)).toEqual({ time: '1782000000000000001', key });
  }
});

test.each([
  '',
  'x',
  'null',
  '!!',
  Buffer.from('[2,"1","a"]').toString('base64url'),
  Buffer.from('[1,1,"a"]').toString('base64url'),
])('%j is no token', (token) => {
  expect(decodePosition(token)).toBeUndefined();
});

test('a page has a next one only when there are more rows', () => {
  const rows = [1, 2, 3].map((id) => ({ id, page_time: `${id}0`, page_key: `key-${id}` }));
  const page = pageOf(rows, 2);
  expect(page.rows).toEqual([{ id: 1 }, { id: 2 }]);
  expect(decodePosition(page.next_page_token ?? '')).toEqual({ time: '20', key: 'key-2' });
  expect(pageOf(rows, 3)).toEqual({ rows: [{ id: 1 }, { id: 2 }, { id: 3 }], next_page_token: null });
  expect(pageOf([], 3)).toEqual({ rows: [], next_page_token: null });
});
