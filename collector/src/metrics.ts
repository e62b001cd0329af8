import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AppendObserver } from './append/appender.ts';
import type { ProjectObserver } from './project/projector.ts';
import type { RequestObservation } from './receive/index.ts';
import type { SettleObserver } from './settle/settler.ts';

/** What the gauges read when they are scraped. */
export interface MetricSources {
  inFlightBytes(): number;
  engineRestarts(): number;
  engineReady(): boolean;
  /** Whether records are refused for want of room. */
  diskFull(): boolean;
  /** Records that are acknowledged but not yet in the derived tables. */
  projectLagRecords(): number;
  /** Cursors that are acknowledged but not yet settled, as milliseconds of ledger time. */
  settleLagMilliseconds(): number;
}

/** Counts what the collector does, in the Prometheus text format. */
export class Metrics {
  readonly registry: Registry = new Registry();
  readonly #records = this.#counter(
    'records_accepted_total',
    'Records that were acknowledged after they were durable',
    ['signal'],
  );
  readonly #rejected = this.#counter('records_rejected_total', 'Records that can never be accepted, kept in rejects', [
    'signal',
  ]);
  readonly #duplicate = this.#counter('records_duplicate_total', 'Records whose name and content had come before');
  readonly #conflicting = this.#counter(
    'records_conflicting_total',
    'Records whose name had come before with other content',
  );
  readonly #lost = this.#counter(
    'records_lost_total',
    'Acknowledged records that the ledger does not hold; must stay 0',
  );
  readonly #projected = this.#counter('records_projected_total', 'Records that were put into the derived tables');
  readonly #failed = this.#counter('inserts_failed_total', 'Inserts that failed; their records were not acknowledged');
  readonly #requests = this.#counter('requests_total', 'OTLP requests answered', [
    'signal',
    'transport',
    'encoding',
    'code',
  ]);
  readonly #insertSeconds = new Histogram({
    name: 'spanledger_insert_seconds',
    help: 'Time of an insert until it is durable',
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.#lost.inc(0);
  }

  /** Adds the gauges; call once, when their sources exist. */
  watch(sources: MetricSources): void {
    this.#gauge('in_flight_bytes', 'Bytes of requests at work', () => sources.inFlightBytes());
    this.#gauge('engine_restarts', 'Times the embedded engine was started again', () => sources.engineRestarts());
    this.#gauge('engine_ready', '1 while the engine answers', () => Number(sources.engineReady()));
    this.#gauge('disk_full', '1 while records are refused since there is no room for them', () =>
      Number(sources.diskFull()),
    );
    this.#gauge('project_lag_records', 'Acknowledged records that are not in the derived tables yet', () =>
      sources.projectLagRecords(),
    );
    this.#gauge(
      'settle_lag_seconds',
      'Ledger time between the watermark and what is settled',
      () => sources.settleLagMilliseconds() / 1000,
    );
  }

  /** Counts a request that was answered. */
  request(seen: RequestObservation): void {
    this.#requests.inc({
      signal: seen.signal,
      transport: seen.transport,
      encoding: seen.encoding,
      code: String(seen.statusCode),
    });
  }

  /** Counts for the appender. */
  appendObserver(): AppendObserver {
    return {
      inserted: (_records, milliseconds, durable) => {
        this.#insertSeconds.observe(milliseconds / 1000);
        if (!durable) this.#failed.inc();
      },
      acknowledged: (signal, accepted, rejected) => {
        this.#records.inc({ signal }, accepted);
        this.#rejected.inc({ signal }, rejected);
      },
    };
  }

  /** Counts for the projector; `projected` is called after each insert. */
  projectObserver(projected: () => void, failed: ProjectObserver['failed']): ProjectObserver {
    return {
      failed,
      projected: (records) => {
        this.#projected.inc(records);
        projected();
      },
    };
  }

  /** Counts for the settling pass. */
  settleObserver(failed: SettleObserver['failed']): SettleObserver {
    return {
      failed,
      settled: ({ duplicates, conflicts }) => {
        this.#duplicate.inc(duplicates);
        this.#conflicting.inc(conflicts);
      },
      lost: (records) => this.#lost.inc(records),
    };
  }

  #counter<T extends string = never>(name: string, help: string, labelNames: T[] = []): Counter<T> {
    return new Counter({ name: `spanledger_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name: `spanledger_${name}`,
      help,
      registers: [this.registry],
      collect: () => gauge.set(read()),
    });
  }
}
