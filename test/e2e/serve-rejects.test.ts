import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServeFixture, START, startServe } from './serve-fixture.ts';

let serve: ServeFixture;
const DAY = 'from=2026-06-21&to=2026-06-22';

/** Cursor of a record that arrived so many milliseconds after START. */
const cursorAt = (milliseconds: number, counter = 0): string =>
  String((BigInt(START + milliseconds - Date.UTC(2024, 0, 1)) << 22n) + BigInt(counter));

beforeAll(async () => {
  serve = await startServe();
  const time = (second: number): string => `2026-06-21 00:00:0${second}.000000000`;
  const reject = (second: number, more: object = {}): object => {
    return { tenant: 'default', received_at: time(second), origin: 1, signal: 'span', encoding: 'protobuf', ...more };
  };
  const id = { reason_code: 'INVALID_TRACE_ID', reason: 'trace_id has 1 bytes, must have 16', raw: '\u0001\u0002' };
  await serve.client.insert({
    table: 'reject_rows',
    format: 'JSONEachRow',
    values: [
      ...[1, 1, 1, 2].map((second) => reject(second, id)),
      reject(3, { signal: 'log', encoding: 'json', reason_code: 'ID_TOO_LONG', reason: 'run id', raw: '{"a":1}' }),
      reject(4, { reason_code: 'ID_TOO_LONG', reason: 'step id', raw: 'x'.repeat(70_000) }),
      reject(5, { tenant: 'other', reason_code: 'ID_TOO_LONG', reason: 'theirs', raw: 'theirs' }),
    ],
  });
  await serve.client.command({
    query: `INSERT INTO conflict_rows (tenant, signal, trace_id, span_id, event_id, kept_origin, kept_cursor, other_origin, other_cursor) VALUES
      ('default', 'span', unhex('${'ab'.repeat(16)}'), unhex('${'cd'.repeat(8)}'), '', 1, ${cursorAt(0)}, 2, ${cursorAt(1000)}),
      ('default', 'span', unhex('${'ab'.repeat(16)}'), unhex('${'cd'.repeat(8)}'), '', 1, ${cursorAt(0)}, 2, ${cursorAt(1000, 1)}),
      ('default', 'log', '', '', 'event-1', 1, ${cursorAt(5)}, 1, ${cursorAt(2000)}),
      ('other', 'log', '', '', 'event-1', 1, ${cursorAt(5)}, 1, ${cursorAt(2000)})`,
  });
});
afterAll(() => serve.stop());

/** Items of all pages. */
async function pages(route: string, list: string, size: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let token: string | null = ''; token !== null; ) {
    const { body } = await serve.get(`${route}&limit=${size}${token === '' ? '' : `&page_token=${token}`}`);
    expect(body[list].length).toBeLessThanOrEqual(size);
    seen.push(...body[list]);
    token = body.next_page_token;
  }
  return seen;
}

test('rejects come newest first, with counts by reason, without their bytes', async () => {
  const { body } = await serve.get(`/v1/rejects?${DAY}`);
  expect(body.rejects).toHaveLength(6);
  expect(body.rejects[1]).toEqual({
    received_at: '2026-06-21T00:00:03.000000000Z',
    origin: 1,
    signal: 'log',
    encoding: 'json',
    reason_code: 'ID_TOO_LONG',
    reason: 'run id',
    raw_bytes: 7,
  });
  expect(body.reasons).toEqual([
    { reason_code: 'INVALID_TRACE_ID', count: 4 },
    { reason_code: 'ID_TOO_LONG', count: 2 },
  ]);
  for (const size of [1, 2, 5]) expect(await pages(`/v1/rejects?${DAY}`, 'rejects', size)).toEqual(body.rejects);
});

test('rejects are filtered by signal, reason and time', async () => {
  const count = async (filter: string): Promise<number> =>
    (await serve.get(`/v1/rejects?${filter}`)).body.rejects.length;
  expect(await count(`${DAY}&signal=log`)).toBe(1);
  expect(await count(`${DAY}&reason_code=ID_TOO_LONG`)).toBe(2);
  expect(await count('from=2026-06-21T00:00:01Z&to=2026-06-21T00:00:02Z')).toBe(3);
  expect(await count('from=2026-06-22&to=2026-06-23')).toBe(0);
});

test('the bytes come as base64 where they are asked for, at most 64 KiB of each', async () => {
  const { body } = await serve.get(`/v1/rejects?${DAY}&include=raw`);
  const raw = body.rejects.map((one: { raw: string }) => Buffer.from(one.raw, 'base64'));
  expect(raw[0].length).toBe(65_536);
  expect(body.rejects[0].raw_bytes).toBe(70_000);
  expect(raw[1].toString()).toBe('{"a":1}');
  expect([...raw[2]]).toEqual([1, 2]);
  expect(await pages(`/v1/rejects?${DAY}&include=raw`, 'rejects', 4)).toEqual(body.rejects);
});

test('conflicts come by the time of the later record, newest first', async () => {
  const { body } = await serve.get(`/v1/conflicts?${DAY}`);
  expect(body.conflicts.map((one: Record<string, string>) => [one['signal'], one['other_cursor']])).toEqual([
    ['log', cursorAt(2000)],
    ['span', cursorAt(1000, 1)],
    ['span', cursorAt(1000)],
  ]);
  expect(body.conflicts[2]).toMatchObject({
    trace_id: 'ab'.repeat(16),
    span_id: 'cd'.repeat(8),
    event_id: '',
    kept_origin: 1,
    kept_cursor: cursorAt(0),
    kept_received_at: new Date(START).toISOString(),
    other_origin: 2,
    other_received_at: new Date(START + 1000).toISOString(),
  });
  expect(body.conflicts[0]).toMatchObject({ trace_id: '', span_id: '', event_id: 'event-1' });
  for (const size of [1, 2]) expect(await pages(`/v1/conflicts?${DAY}`, 'conflicts', size)).toEqual(body.conflicts);
  expect((await serve.get(`/v1/conflicts?${DAY}&signal=log`)).body.conflicts).toHaveLength(1);
  expect((await serve.get('/v1/conflicts?from=2026-06-22&to=2026-06-23')).body.conflicts).toEqual([]);
});

test('a token of another list is refused', async () => {
  const token = Buffer.from(JSON.stringify([1, '0', 'run'])).toString('base64url');
  for (const route of ['rejects', 'conflicts', 'sla', 'policy-violations']) {
    expect((await serve.get(`/v1/${route}?page_token=${token}`)).body.error.parameter).toBe('page_token');
  }
});
