import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Appender } from '../../collector/src/append/appender.ts';
import { INGEST_QUERY } from '../../collector/src/append/insert-queries.ts';
import type { Engine, EngineLog } from '../../collector/src/engine/engine-contract.ts';
import { InsertError } from '../../collector/src/engine/insert-error.ts';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { contentDigest } from '../../collector/src/otlp/content-digest.ts';
import { CursorClock } from '../../collector/src/otlp/cursor-clock.ts';
import { type ProjectOptions, Projector } from '../../collector/src/project/projector.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';
import { bodyOf } from './runs-under-load.ts';

let server: TestEngine;
const enginePids: number[] = [];
beforeAll(async () => {
  const log: EngineLog = (_level, _message, fields) => {
    if (fields !== undefined && 'engine_pid' in fields) enginePids.push(Number(fields.engine_pid));
  };
  server = await startTestEngine({ log });
  await migrate(server.engine, { directory: path.join(import.meta.dirname, '../../collector/sql') });
});
afterAll(() => server.stop());

type OnIngest = (insert: () => Promise<void>) => Promise<void>;

/** Ledger and projector of an origin, over an engine whose inserts into the derived tables go as the test says. */
class Stage {
  readonly appender: Appender;
  readonly projector: Projector;
  readonly origin: number;
  failures = 0;
  ingests = 0;
  onIngest: OnIngest = (insert) => insert();

  constructor(origin: number, options: ProjectOptions = {}, start = 0n) {
    this.origin = origin;
    const engine = new Proxy(server.engine, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'insert') return typeof value === 'function' ? value.bind(target) : value;
        return (...inputs: Parameters<Engine['insert']>) => {
          if (inputs[0] !== INGEST_QUERY) return target.insert(...inputs);
          this.ingests += 1;
          return this.onIngest(() => target.insert(...inputs));
        };
      },
    });
    const observer = {
      projected: () => {},
      failed: () => {
        this.failures += 1;
      },
    };
    this.projector = new Projector(engine, origin, start, observer, options);
    const counts = { inserted: () => {}, acknowledged: () => {} };
    const clock = new CursorClock(origin, 0n);
    this.appender = new Appender(engine, clock, contentDigest(Buffer.alloc(32)), this.projector, counts);
  }

  /** Acknowledges so many runs of three spans, each by an insert of its own. */
  async acknowledge(runs: number): Promise<void> {
    for (let index = 0; index < runs; index++) {
      const outcome = await this.appender.submit(
        'traces',
        'protobuf',
        bodyOf(this.origin, index),
        `tenant${this.origin}`,
      );
      expect(outcome).toMatchObject({ kind: 'accepted', accepted: 3 });
    }
  }

  reached(): Promise<void> {
    return this.projector.reached(this.appender.watermark.current());
  }

  /** Spans of the ledger, rows of the derived table, and names in it. */
  async counts(): Promise<unknown> {
    const result = await server.engine.client.query({
      query: `SELECT (SELECT count() FROM ledger WHERE origin = {origin:UInt16}) AS ledger,
        (SELECT count() FROM span_rows FINAL WHERE origin = {origin:UInt16}) AS spans,
        (SELECT count() FROM step_rows FINAL WHERE tenant = {tenant:String}) AS steps`,
      query_params: { origin: this.origin, tenant: `tenant${this.origin}` },
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      format: 'JSONEachRow',
    });
    return (await result.json())[0];
  }
}

test('what finds no room in memory is read from the ledger again, in few pieces, and the lag is told', async () => {
  const stage = new Stage(1, { waitingBytes: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  stage.onIngest = (insert) => promise.then(insert);
  await stage.acknowledge(30);
  expect(stage.projector.lag).toBe(90);
  expect(stage.projector.watermark.current() < stage.appender.watermark.current()).toBe(true);
  resolve();
  await stage.reached();
  expect(stage.projector.lag).toBe(0);
  // The first was at work; all that came meanwhile was one range.
  expect(stage.ingests).toBeLessThanOrEqual(3);
  expect(await stage.counts()).toEqual({ ledger: 90, spans: 90, steps: 90 });
  await stage.projector.stop();
});

test('an insert that was applied although it failed counts once', async () => {
  const stage = new Stage(2);
  let left = 2;
  stage.onIngest = async (insert) => {
    await insert();
    if (left-- > 0) throw new InsertError('INSERT_CONNECTION', 'cut', { outcome: 'unknown', serverCode: null });
  };
  await stage.acknowledge(5);
  await stage.reached();
  expect(stage.failures).toBe(2);
  expect(await stage.counts()).toEqual({ ledger: 15, spans: 15, steps: 15 });
  await stage.projector.stop();
});

test('a stop while the engine refuses ends, says how far it came, and the next start derives the rest from the ledger', async () => {
  const stage = new Stage(3, { waitingBytes: 4096 });
  stage.onIngest = () =>
    Promise.reject(new InsertError('INSERT_REFUSED', 'no', { outcome: 'not_applied', serverCode: 241 }));
  await stage.acknowledge(8);
  await stage.projector.stop();
  expect(await stage.counts()).toEqual({ ledger: 24, spans: 0, steps: 0 });
  const [settled, cursor] = [stage.projector.watermark.current(), stage.appender.watermark.current()];
  const next = new Stage(3, {}, settled);
  // Not all of what was noted as a cursor need be in the ledger.
  await next.projector.recover(cursor + 5n);
  expect([next.projector.lag, next.projector.watermark.current() < cursor - 23n]).toEqual([24, true]);
  await next.projector.reached(cursor + 5n);
  expect(await next.counts()).toEqual({ ledger: 24, spans: 24, steps: 24 });
  expect([next.projector.lag, next.projector.watermark.current()]).toEqual([0, cursor + 5n]);
  await next.projector.stop();
});

test('an engine that is killed in the middle of a projection leaves nothing out', async () => {
  const stage = new Stage(4, { waitingBytes: 20_000 });
  let kills = 3;
  stage.onIngest = async (insert) => {
    const running = insert();
    if (kills-- > 0) process.kill(enginePids.at(-1) ?? 0, 'SIGKILL');
    await running;
  };
  await stage.acknowledge(1);
  await expect.poll(() => stage.failures, { timeout: 30_000, interval: 10 }).toBeGreaterThan(0);
  await expect.poll(() => server.engine.state, { timeout: 30_000, interval: 10 }).toBe('ready');
  await stage.reached();
  expect(stage.failures).toBeGreaterThanOrEqual(1);
  expect(await stage.counts()).toEqual({ ledger: 3, spans: 3, steps: 3 });
  await stage.projector.stop();
});
