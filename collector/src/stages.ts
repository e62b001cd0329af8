import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import { logAccess } from './access-log.ts';
import { Appender } from './append/appender.ts';
import { openContentKey } from './append/content-key.ts';
import { FreeSpace, type FreeSpaceObserver } from './append/free-space.ts';
import { noteCleanStop } from './append/last-stop.ts';
import { claimOrigin, type Origin } from './append/origin.ts';
import type { DataDirectory } from './engine/data-directory.ts';
import type { Engine } from './engine/engine-contract.ts';
import type { ReaderUser } from './engine/reader-user.ts';
import { addHealth } from './health.ts';
import type { Caller } from './keys/caller.ts';
import type { KeyRing } from './keys/key-ring.ts';
import { Metrics } from './metrics.ts';
import type { Options } from './options.ts';
import { contentDigest } from './otlp/content-digest.ts';
import { CursorClock, cursorTime } from './otlp/cursor-clock.ts';
import { openPriceBook } from './price/price-book.ts';
import { Projector } from './project/projector.ts';
import { type Identity, type Receiver, startReceiver } from './receive/index.ts';
import { openRetention } from './retention-of-collector.ts';
import { createApi } from './serve/app.ts';
import { createStore } from './serve/store.ts';
import { DayRoller } from './settle/day-roller.ts';
import { Settler } from './settle/settler.ts';
import { SlaTargetTable } from './sla/target-table.ts';
import { applyFileTargets, readTargetsFile } from './sla/targets-file.ts';
import { embeddedReaders } from './sql-readers.ts';

import { VERSION } from './version.ts';

/** A collector at work. */
export interface Collector {
  /** Base URL of OTLP/HTTP and of the API. */
  readonly url: string;
  readonly grpcPort: number | undefined;
  readonly engine: Engine;
  readonly origin: Origin;
  readonly keys: KeyRing;
  /** Read-only SQL users of the embedded engine; none with a server by URL. */
  readonly readers: readonly ReaderUser[];
  /** Waits until all that is acknowledged now stands settled in the views. */
  settled(): Promise<void>;
  /** Stops in the order of the data: receive, append, project, settle, engine. */
  stop(): Promise<void>;
}

/** Who is told what happens. */
export interface CollectorHooks {
  readonly log: Logger;
  /** Called with each step of the start, in words. */
  readonly onProgress?: (step: string) => void;
}

/**
 * Starts the stages over an engine whose schema is up to date, each on the one before it.
 *
 * @throws ConfigurationError, EngineError as the stages do
 */
export async function startStages(
  engine: Engine,
  directory: DataDirectory | undefined,
  keys: KeyRing,
  options: Options,
  { log, onProgress = () => {} }: CollectorHooks,
): Promise<Collector> {
  if (options.sla_targets_file !== undefined) {
    onProgress('writing the SLA targets of the file');
    const targets = await readTargetsFile(options.sla_targets_file, options.tenant);
    await applyFileTargets(new SlaTargetTable(engine), targets, options.sla_targets_file);
  }
  onProgress('loading prices');
  const prices = await openPriceBook(engine, (level, message, fields) => log[level](fields ?? {}, message));
  onProgress('taking a place in the ledger');
  const readers = engine.kind === 'embedded' ? embeddedReaders(keys, options) : [];
  const origin = await claimOrigin(engine, options.data_dir);
  const clock = new CursorClock(origin.number, origin.cursor);
  const digest = contentDigest(await openContentKey(options.data_dir));
  const metrics = new Metrics();
  const projector: Projector = new Projector(
    engine,
    origin.number,
    origin.settled,
    metrics.projectObserver(
      () => settler.wake(),
      (err) => log.error({ err, code: 'PROJECT_FAILED' }, 'filling the derived tables failed; it will be tried again'),
    ),
  );
  const space = new FreeSpace(engine, options.min_free_bytes, spaceObserver(options.min_free_bytes, log));
  const appender = new Appender(engine, clock, digest, projector, metrics.appendObserver(), { space });
  const settler: Settler = new Settler(
    engine,
    prices,
    origin,
    projector,
    metrics.settleObserver((err) =>
      log.error({ err, code: 'SETTLE_FAILED' }, 'the settling pass failed; it will be tried again'),
    ),
  );
  await projector.recover(origin.cursor);
  const roller = new DayRoller(engine, (err) =>
    log.error({ err, code: 'ROLL_FAILED' }, 'rolling up days failed; it will be tried again'),
  );
  const retention = openRetention(engine, options, metrics, log);
  const api = createApi({
    store: createStore(engine.client),
    slaTargets: new SlaTargetTable(engine),
    retention: () => retention.report(),
    version: VERSION,
    callerOf: (headers) => keys.callerOf(headers),
    upToDate: () => projector.reached(appender.watermark.current()),
    onAccess: (access) => logAccess(log, access),
    readableOrigins: () => (keys.isKeyed ? options.allowed_origins : []),
    onError: (err) => log.error({ err }, 'a request of the API failed'),
    status: () => ({
      origin: origin.number,
      watermark: appender.watermark.current().toString(),
      projected: projector.watermark.current().toString(),
      settled: settler.settled.toString(),
      refusing: space.isFull ? 'DISK_FULL' : engine.state === 'ready' ? null : 'STORE_UNAVAILABLE',
      engine: { kind: engine.kind, version: engine.version, state: engine.state },
    }),
  });
  addHealth(api, engine, metrics.registry);
  onProgress('opening the ports');
  const receiver = await listen(appender, getRequestListener(api.fetch), metrics, keys, options, log);
  metrics.watch({
    inFlightBytes: () => receiver.inFlightBytes(),
    engineRestarts: () => engine.restarts,
    engineReady: () => engine.state === 'ready',
    diskFull: () => space.isFull,
    projectLagRecords: () => projector.lag,
    settleLagMilliseconds: () => cursorTime(appender.watermark.current()) - cursorTime(settler.settled),
  });
  settler.wake();
  retention.start();
  roller.start();
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${receiver.httpPort}`,
    grpcPort: receiver.grpcPort,
    engine,
    origin,
    keys,
    readers,
    settled: async () => {
      await projector.reached(appender.watermark.current());
      await settler.caughtUp();
    },
    stop: async () => {
      await receiver.stop();
      space.stop();
      await retention.stop();
      await roller.stop();
      await appender.drain();
      await projector.stop();
      await settler.stop();
      await engine.stop();
      if (settler.settled >= appender.watermark.current()) await noteCleanStop(options.data_dir);
      await directory?.release();
    },
  };
}

function spaceObserver(leastBytes: number, log: Logger): FreeSpaceObserver {
  const bytes = { min_free_bytes: leastBytes };
  return {
    full: (free) =>
      log.error(
        { code: 'DISK_FULL', free_bytes: free, ...bytes },
        'the disk of the ledger is full: no record is taken until there is room',
      ),
    roomAgain: (free) => log.info({ free_bytes: free, ...bytes }, 'there is room on the disk: records are taken again'),
    unknown: (err) => log.warn({ err, code: 'DISK_UNKNOWN' }, 'how much of the disk is free can not be told'),
  };
}

function identityOf(caller: Caller | undefined): Identity {
  if (caller === undefined) return { kind: 'unauthorized' };
  return caller.scopes.has('ingest') ? { kind: 'tenant', tenant: caller.tenant } : { kind: 'forbidden' };
}

function listen(
  ingest: Appender,
  api: RequestListener,
  metrics: Metrics,
  keys: KeyRing,
  options: Options,
  log: Logger,
): Promise<Receiver> {
  return startReceiver({
    ingest,
    api,
    log,
    host: options.host,
    httpPort: options.port,
    grpcPort: options.grpc_port,
    authenticate: async (headers) => identityOf(await keys.callerOf(headers)),
    limits: { bodyBytes: options.max_body_bytes, inFlightBytes: options.max_in_flight_bytes },
    allowedOrigins: options.allowed_origins,
    allowedHosts: options.allowed_hosts,
    onRequest: (observation) => metrics.request(observation),
  });
}
