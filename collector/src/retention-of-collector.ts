import type { Logger } from 'pino';
import type { Engine } from './engine/engine-contract.ts';
import type { Metrics } from './metrics.ts';
import type { Options } from './options.ts';
import { type RetentionReport, readRetention } from './retention/report.ts';
import { RetentionSweeper } from './retention/sweeper.ts';
import type { RetentionDays } from './retention/table-classes.ts';
import { StorageMetrics } from './storage-metrics.ts';

/** Share of the disk that should be free. */
const FREE_SHARE = 1 / 20;

/** Retention as the collector runs it. */
export interface CollectorRetention {
  /** Sweeps now and every hour from now on. */
  start(): void;
  stop(): Promise<void>;
  /** Answer of `/v1/retention`. */
  report(): Promise<RetentionReport>;
}

/** Puts retention together from the options, the metrics and the log. */
export function openRetention(engine: Engine, options: Options, metrics: Metrics, log: Logger): CollectorRetention {
  const days = retentionDays(options);
  const observer = new StorageMetrics(engine, metrics).observer(
    (err) =>
      log.error({ err, code: 'RETENTION_FAILED' }, 'expired data could not be taken out; it will be tried again'),
    (disk) => {
      if (disk.free_bytes >= disk.total_bytes * FREE_SHARE) return;
      log.warn({ ...disk, code: 'DISK_NEARLY_FULL' }, 'less than a twentieth of the disk is free');
    },
  );
  const sweeper = new RetentionSweeper(engine, days, observer);
  return {
    start: () => sweeper.start(),
    stop: () => sweeper.stop(),
    report: () => readRetention(engine, days, new Date()),
  };
}

function retentionDays(options: Options): RetentionDays {
  return {
    ledger: options.retention_ledger_days ?? options.retention_days,
    content: options.retention_content_days ?? options.retention_days,
    derived: options.retention_derived_days ?? options.retention_days,
    rejects: options.retention_rejects_days ?? options.retention_days,
  };
}
