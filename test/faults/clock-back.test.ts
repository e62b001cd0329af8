import { afterAll, beforeAll, expect, test } from 'vitest';
import { CollectorProcess, FROM_SOURCE } from './ledger-process.ts';
import { bodyOf, expectOnce, watermarkOf } from './runs-under-load.ts';

const DAY_MS = 86_400_000;
const DAYS = 3;

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start();
});
afterAll(() => collector.stop());

/** The collector with a clock that goes wrong by so much. */
function withClock(offsetMs: number): readonly string[] {
  const code = `const now = Date.now; Date.now = () => now() + ${offsetMs};`;
  return [`--import=data:text/javascript,${encodeURIComponent(code)}`, ...FROM_SOURCE];
}

test('a clock that was set back by days takes no cursor back, and no record is lost or hidden', async () => {
  await collector.deliver(bodyOf(0, 0));
  await collector.settled();
  const before = await watermarkOf(collector);
  const today = Math.floor(Date.now() / DAY_MS);
  await collector.kill();
  const directory = collector.dataDirectory;

  collector = await CollectorProcess.start(withClock(-DAYS * DAY_MS), [], directory);
  expect(await watermarkOf(collector)).toBe(before);
  for (let index = 0; index < 5; index++) await collector.deliver(bodyOf(1, index));
  await collector.settled();
  const late = await watermarkOf(collector);
  expect((late ?? 0n) > (before ?? 0n)).toBe(true);
  await collector.kill();

  collector = await CollectorProcess.start(FROM_SOURCE, [], directory);
  expect(await watermarkOf(collector)).toBe(late);
  await collector.deliver(bodyOf(2, 0));
  await collector.settled();
  const runs = ['run-0-0', ...[0, 1, 2, 3, 4].map((index) => `run-1-${index}`), 'run-2-0'];
  await expectOnce(collector, runs);

  // A cursor is a place, not a time; the day of arrival is what the clock said.
  const rows = await collector.query<{ client: string; days: string }>(
    `SELECT substring(trace_id, 1, 1) AS client, toString(toRelativeDayNum(any(received_at))) AS days
     FROM (SELECT trace_id, received_at, cursor FROM spans ORDER BY cursor) GROUP BY client ORDER BY min(cursor)`,
  );
  expect(rows.map((row) => row.client)).toEqual(['0', '1', '2']);
  const days = rows.map((row) => Number(row.days) - today);
  expect(days[1]).toBeLessThanOrEqual(1 - DAYS);
  expect([days[0], days[2]].every((day) => day === 0 || day === 1)).toBe(true);
});
