import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';

interface Retention {
  readonly classes: readonly { readonly class: string; readonly days: number; readonly rows: number }[];
  readonly last_sweep_at: string | null;
  readonly dropped: readonly Readonly<Record<string, unknown>>[];
}

let collector: Collector;

// A day of content and one of rejects from long ago stand there when the collector starts again.
beforeAll(async () => {
  const before = await startCollector({ retention_days: '0' });
  for (const query of [
    `INSERT INTO content (tenant, digest, kind, text, received_date) VALUES ('default', unhex('${'ab'.repeat(32)}'), 's', 'old', '2024-02-29')`,
    `INSERT INTO reject_rows (tenant, received_at, origin, signal) VALUES ('default', '2024-02-29 12:00:00', 0, 'span')`,
  ]) {
    await before.engine.client.command({ query });
  }
  await before.stop(true);
  const flags = { data_dir: before.dataDirectory, retention_days: '30', retention_rejects_days: '0' };
  collector = await startCollector(flags);
});
afterAll(() => collector.stop());

test('the collector sweeps at its start, by the days of its options, and says so', async () => {
  const metrics = await vi.waitFor(async () => {
    const text = await (await fetch(`${collector.url}/metrics`)).text();
    expect(text).toMatch(/^spanledger_retention_swept_timestamp_seconds [1-9]/m);
    return text;
  }, 30_000);
  const report = await collector.get<Retention>('/v1/retention');
  expect(report.classes.map((one) => [one.class, one.days, one.rows])).toEqual([
    ['ledger', 30, 0],
    ['content', 30, 0],
    ['derived', 30, 0],
    ['rejects', 0, 1],
  ]);
  expect(report.dropped[0]).toMatchObject({
    class: 'content',
    table_name: 'content',
    partition_id: '20240229',
    rows: 1,
  });
  expect(metrics).toContain('spanledger_rows_expired_total{class="content"} 1\n');
  expect(metrics).toContain('spanledger_stored_rows{class="rejects"} 1\n');
  expect(metrics).toMatch(/^spanledger_stored_bytes\{class="rejects"\} [1-9]/m);
  expect(metrics).toMatch(/^spanledger_disk_free_bytes [1-9]/m);
  expect(report.last_sweep_at).toBeTypeOf('string');
});
