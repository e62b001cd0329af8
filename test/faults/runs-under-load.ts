import { expect } from 'vitest';
import { toBinary, traceBody } from '../otlp/bodies.ts';
import type { CollectorProcess, Status } from './ledger-process.ts';
import { governed, operation } from './ledger-scenes.ts';

/** Long forms of the fault tests (`npm run test:long`) set this. */
export const IS_LONG: boolean = process.env['LONG'] !== undefined;

/** Seed of what is random: always the same in the short form, a new one in the long form, which the test's name shows. */
export const SEED: number = Number(process.env['SEED'] ?? (IS_LONG ? Math.floor(Math.random() * 2 ** 31) : 7));

/** One request: a step with two calls, in a run of its own. */
export function bodyOf(client: number, index: number): Uint8Array<ArrayBuffer> {
  const trace = `${client}${(index + 1).toString(16).padStart(31, '0')}`;
  return toBinary(
    traceBody([
      operation('chat', { trace, id: 2, parent: 1 }, { input: 10, cost: 0.1 }),
      governed({ run: `run-${client}-${index}`, step: 's' }, { trace, id: 1 }, { input: 999 }),
      operation('chat', { trace, id: 3, parent: 1 }, { input: 20, cost: 0.2 }),
    ]),
  );
}

/** Clients that deliver one run after the other, each until it is acknowledged, whatever happens to the collector. */
export class RunsUnderLoad {
  readonly #sent: number[];
  readonly #clients: readonly Promise<void>[];
  #sending = true;
  #onNext: (() => void)[] = [];

  /** @param collectors each client sends to one of them, in turn */
  constructor(collectors: readonly CollectorProcess[], clients: number) {
    this.#sent = Array.from({ length: clients }, () => 0);
    this.#clients = this.#sent.map((_, client) =>
      this.#deliver(client, collectors[client % collectors.length] as CollectorProcess),
    );
  }

  async #deliver(client: number, collector: CollectorProcess): Promise<void> {
    while (this.#sending) {
      const index = this.#sent[client] ?? 0;
      await collector.deliver(bodyOf(client, index));
      this.#sent[client] = index + 1;
      for (const resolve of this.#onNext.splice(0)) resolve();
    }
  }

  /** Resolves with the next acknowledgement. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#onNext.push(resolve));
  }

  /** Lets what is being sent be acknowledged, and gives the runs that are. */
  async stop(): Promise<string[]> {
    this.#sending = false;
    await Promise.all(this.#clients);
    return this.#sent.flatMap((count, client) => Array.from({ length: count }, (_, index) => `run-${client}-${index}`));
  }
}

/** The watermark, which must not go back; undefined while nobody answers. */
export async function watermarkOf(collector: CollectorProcess): Promise<bigint | undefined> {
  const status = await collector.get<Status>('/v1/status').catch(() => undefined);
  return status === undefined ? undefined : BigInt(status.watermark);
}

/** All that was acknowledged is there once, in the ledger and in each view, and nothing else is. */
export async function expectOnce(
  collector: Pick<CollectorProcess, 'query'>,
  acknowledged: readonly string[],
): Promise<void> {
  const whole = await collector.query<{ run_id: string }>(
    `SELECT run_id FROM runs WHERE step_count = 1 AND span_count = 3 AND input_tokens = 30 AND output_tokens = 0 AND total_cost_usd = 0.3`,
  );
  expect(whole.map((row) => row.run_id).sort()).toEqual([...acknowledged].sort());
  const runs = acknowledged.length;
  const counts = await collector.query<Record<string, string>>(
    `SELECT toString((SELECT count() FROM runs)) AS runs, toString((SELECT count() FROM spans)) AS spans,
       toString((SELECT count() FROM steps)) AS steps, toString((SELECT sum(call_count) FROM steps)) AS calls,
       toString((SELECT count() FROM audit_trail)) AS audit,
       toString((SELECT uniqExact(trace_id, span_id) FROM span_rows WHERE (origin, cursor) IN (SELECT origin, cursor FROM ledger))) AS held,
       toString((SELECT count() = uniqExact(origin, cursor) FROM ledger)) AS once`,
  );
  const three = String(3 * runs);
  const one = String(runs);
  expect(counts).toEqual([
    { runs: one, spans: three, steps: one, calls: String(2 * runs), audit: one, held: three, once: '1' },
  ]);
  const strangers =
    'SELECT origin, cursor FROM span_rows WHERE (origin, cursor) NOT IN (SELECT origin, cursor FROM ledger)';
  expect(await collector.query(strangers)).toEqual([]);
}

/** What each client sent after an acknowledgement stands after it in the ledger of its origin. */
export async function expectAscending(collector: CollectorProcess): Promise<void> {
  const back = await collector.query<{ backwards: string }>(
    `SELECT count() AS backwards FROM (
       SELECT first, lagInFrame(last) OVER (PARTITION BY client ORDER BY trace ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before
       FROM (SELECT substring(trace_id, 1, 1) AS client, trace_id AS trace, min(cursor) AS first, max(cursor) AS last
         FROM spans GROUP BY trace_id)
     ) WHERE first <= before`,
  );
  expect(back).toEqual([{ backwards: '0' }]);
}
