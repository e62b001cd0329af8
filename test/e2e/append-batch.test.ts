import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { randomId, span, toBinary, traceBody } from '../otlp/bodies.ts';

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

async function metricOf(name: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

test('requests that come together share inserts, and each is answered once its own records are in the ledger', async () => {
  const traces = Array.from({ length: 60 }, () => randomId());
  await Promise.all(
    traces.map(async (traceId, index) => {
      const spans = Array.from({ length: (index % 5) + 1 }, () => span({ traceId }));
      expect((await collector.post('traces', toBinary(traceBody(spans)))).status).toBe(200);
      const [row] = await collector.query<{ records: string }>(
        'SELECT count() AS records FROM ledger WHERE position(canonical, unhex({traceId:String})) > 0',
        { traceId },
      );
      expect(row?.records).toBe(String(spans.length));
    }),
  );
  expect(await metricOf('spanledger_records_accepted_total{signal="traces"}'.replace(/[{}]/g, '\\$&'))).toBe(180);
  expect(await metricOf('spanledger_insert_seconds_count')).toBeLessThan(60);
  expect(await metricOf('spanledger_inserts_failed_total')).toBe(0);
});

test('records of a request stand in a row, and no two requests share a cursor', async () => {
  const spans = Array.from({ length: 5000 }, () => span({ name: 'in a row' }));
  const [first, second] = [spans.slice(0, 2500), spans.slice(2500)];
  await Promise.all([first, second].map((some) => collector.post('traces', toBinary(traceBody(some)))));
  await collector.settled();
  const rows = await collector.query<{ span_id: string }>(
    `SELECT span_id FROM spans WHERE name = 'in a row' ORDER BY cursor`,
  );
  const sent = spans.map((one) => Buffer.from(one.spanId).toString('hex'));
  const arrived = rows.map((row) => row.span_id);
  expect([sent, [...sent.slice(2500), ...sent.slice(0, 2500)]]).toContainEqual(arrived);
});
