import { afterAll, beforeAll, expect, test } from 'vitest';
import { toBinary, traceBody } from '../otlp/bodies.ts';
import { CollectorProcess } from './ledger-process.ts';
import { governed, operation } from './ledger-scenes.ts';

const CLIENTS = 4;
/** Acknowledged requests between two blows. */
const BETWEEN = 25;
const BLOWS = ['collector', 'engine', 'collector', 'engine'] as const;

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start();
});
afterAll(() => collector.stop());

const runOf = (client: number, index: number): string => `run-${client}-${index}`;

/** One request: a step with two calls, in a run of its own. */
function bodyOf(client: number, index: number): Uint8Array<ArrayBuffer> {
  const trace = `${client}${(index + 1).toString(16).padStart(31, '0')}`;
  const run = runOf(client, index);
  return toBinary(
    traceBody([
      operation('chat', { trace, id: 2, parent: 1 }, { input: 10, cost: 0.1 }),
      governed({ run, step: 's' }, { trace, id: 1 }, { input: 999 }),
      operation('chat', { trace, id: 3, parent: 1 }, { input: 20, cost: 0.2 }),
    ]),
  );
}

test('after each kill every acknowledged span is there and counts once', async () => {
  let acknowledged = 0;
  let sending = true;
  let onBlow: (() => void) | undefined;
  const sent = Array.from({ length: CLIENTS }, () => 0);
  const clients = sent.map(async (_, client) => {
    while (sending) {
      await collector.deliver(bodyOf(client, sent[client] ?? 0));
      sent[client] = (sent[client] ?? 0) + 1;
      acknowledged += 1;
      if (acknowledged % BETWEEN === 0) onBlow?.();
    }
  });
  for (const blow of BLOWS) {
    await new Promise<void>((resolve) => {
      onBlow = resolve;
    });
    onBlow = undefined;
    if (blow === 'engine') {
      collector.killEngine();
    } else {
      await collector.kill();
      await collector.start();
    }
  }
  await new Promise<void>((resolve) => {
    onBlow = resolve;
  });
  sending = false;
  await Promise.all(clients);

  await expect
    .poll(
      async () => {
        const status = (await (await fetch(`${collector.url}/v1/status`)).json()) as Record<
          'watermark' | 'settled',
          string
        >;
        return BigInt(status.watermark) - BigInt(status.settled);
      },
      { timeout: 30_000, interval: 100 },
    )
    .toBe(0n);

  const runs = sent.flatMap((count, client) => Array.from({ length: count }, (_, index) => runOf(client, index)));
  expect(runs.length).toBeGreaterThanOrEqual(BETWEEN * (BLOWS.length + 1));
  const byRun = (rows: { run_id: string }[]): string[] => rows.map((row) => row.run_id).sort();
  const whole = await collector.query<{ run_id: string }>(
    `SELECT run_id FROM runs WHERE step_count = 1 AND span_count = 3 AND input_tokens = 30 AND output_tokens = 0 AND total_cost_usd = 0.3`,
  );
  expect(byRun(whole)).toEqual(runs.sort());
  expect(await collector.query('SELECT count() AS spans FROM spans')).toEqual([{ spans: String(3 * runs.length) }]);
  expect(await collector.query('SELECT count() AS steps, sum(call_count) AS calls FROM steps')).toEqual([
    { steps: String(runs.length), calls: String(2 * runs.length) },
  ]);
  const strangers = await collector.query(
    'SELECT origin, cursor FROM span_rows WHERE (origin, cursor) NOT IN (SELECT origin, cursor FROM ledger)',
  );
  expect(strangers).toEqual([]);
  expect(
    await collector.query('SELECT uniqExact(cursor) = count() AS once, uniqExact(origin) AS origins FROM ledger'),
  ).toEqual([{ once: 1, origins: '1' }]);
  await expectAscending();
  const metrics = await (await fetch(`${collector.url}/metrics`)).text();
  expect(metrics).toMatch(/^spanledger_records_lost_total 0$/m);
});

/** A request that was sent after another was acknowledged stands after it in the ledger, whatever happened in between. */
async function expectAscending(): Promise<void> {
  const rows = await collector.query<{ first: string; client: string }>(
    `SELECT substring(trace_id, 1, 1) AS client, min(cursor) AS first FROM spans GROUP BY trace_id ORDER BY trace_id`,
  );
  for (let client = 0; client < CLIENTS; client++) {
    const cursors = rows.filter((row) => row.client === String(client)).map((row) => BigInt(row.first));
    for (const [index, cursor] of cursors.entries()) {
      if (index > 0) expect(cursor > (cursors[index - 1] ?? 0n)).toBe(true);
    }
  }
}
