import { Counter, Gauge } from 'prom-client';
import type { Engine } from './engine/engine-contract.ts';
import type { Metrics } from './metrics.ts';
import { readDisk } from './retention/disk.ts';
import { readSizes } from './retention/report.ts';
import type { SweepObserver } from './retention/sweeper.ts';

/** Counts what retention does, and shows how much is stored and how much room is left. */
export class StorageMetrics {
  readonly #dropped: Counter<'class'>;
  readonly #failed: Counter;
  readonly #swept: Gauge;

  constructor(engine: Engine, { registry }: Metrics) {
    const registers = [registry];
    this.#dropped = new Counter({
      name: 'spanledger_rows_expired_total',
      help: 'Rows that this collector took out since they had expired',
      labelNames: ['class'],
      registers,
    });
    this.#failed = new Counter({
      name: 'spanledger_retention_failed_total',
      help: 'Sweeps of expired data that failed; the next one tries again',
      registers,
    });
    this.#swept = new Gauge({
      name: 'spanledger_retention_swept_timestamp_seconds',
      help: 'When this collector last swept expired data, seconds since 1970; 0 when it has not',
      registers,
    });
    const sizes = shared(engine, () => readSizes(engine));
    const stored = (name: 'rows' | 'bytes', help: string): Gauge<'class'> =>
      new Gauge({
        name: `spanledger_stored_${name}`,
        help,
        labelNames: ['class'],
        registers,
        async collect() {
          for (const size of (await sizes()) ?? []) this.set({ class: size.class }, size[name]);
        },
      });
    stored('rows', 'Rows on disk');
    stored('bytes', 'Bytes on disk');
    const disk = shared(engine, () => readDisk(engine));
    const room = (name: 'free_bytes' | 'total_bytes', help: string): Gauge =>
      new Gauge({
        name: `spanledger_disk_${name}`,
        help,
        registers,
        async collect() {
          const found = await disk();
          if (found !== undefined) this.set(found[name]);
        },
      });
    room('free_bytes', "Free bytes of the engine's fullest disk");
    room('total_bytes', 'Bytes of that disk');
  }

  /** Counts what the sweeper tells. */
  observer(failed: SweepObserver['failed'], disk: SweepObserver['disk']): SweepObserver {
    return {
      disk,
      takenOut: ({ table, rows }) => this.#dropped.inc({ class: table.tableClass }, rows),
      swept: (at) => this.#swept.set(at.getTime() / 1000),
      failed: (error) => {
        this.#failed.inc();
        failed(error);
      },
    };
  }
}

/** Shares one answer among gauges that are read together. `undefined` while the engine is away: a scrape then shows the last figures. */
function shared<T>(engine: Engine, read: () => Promise<T>): () => Promise<T | undefined> {
  let pending: Promise<T | undefined> | undefined;
  return () => {
    pending ??= ask().finally(() => {
      pending = undefined;
    });
    return pending;
  };
  async function ask(): Promise<T | undefined> {
    if (engine.state !== 'ready') return undefined;
    try {
      return await read();
    } catch {
      // It went away in between; engine_ready and the log say so.
      return undefined;
    }
  }
}
