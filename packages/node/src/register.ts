import path from 'node:path';
import { context, diag, logs, propagation, trace } from '@opentelemetry/api';
import {
  defaultResource,
  envDetector,
  hostDetector,
  osDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ATTR_SAMPLER } from '@spanledger/semconv';
import { Diagnostics, standardLog } from './diagnostics.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { flushAtExit } from './exit-flush.ts';
import { exportPipeline, scopedLogRecords, scopedSpans } from './export-processors.ts';
import { type Finding, findInstrumentations } from './find-instrumentations.ts';
import { hookImports } from './import-hook.ts';
import { isModuleProgram } from './installed-package.ts';
import { type ExportPipeline, within } from './pipeline.ts';
import { propagatorOf } from './propagator.ts';
import type { RegisterOptions } from './register-options.ts';
import { governed, samplerFromEnvironment } from './sampler.ts';
import type { Telemetry, TelemetryHealth } from './telemetry.ts';

const REGISTERED = Symbol.for('spanledger.telemetry');
const registry = globalThis as { [REGISTERED]?: Telemetry };

/**
 * Sets up OpenTelemetry for the process: traces and logs by OTLP/HTTP to the collector, the instrumentations that are installed, and
 * run, step, node and tenant on all that is made below a governed step. Call it before the clients are loaded; in an app of ES modules start with
 * `node --import @spanledger/node/register app.js` instead. A second call gives the telemetry of the first.
 *
 * Telemetry never fails the app: what goes wrong is counted and said in `health()`.
 *
 * @example
 * const telemetry = register({ serviceName: 'support-crew' });
 * await server.close();
 * await telemetry.shutdown();
 * process.exit(0);
 * @throws ConfigurationError for `propagateTo` and `propagationKey` that can't be used.
 */
export function register(options: RegisterOptions = {}): Telemetry {
  const environment = readEnvironment();
  const diagnostics = new Diagnostics(options.log ?? standardLog(environment.logLevel));
  const existing = registry[REGISTERED];
  if (existing !== undefined) {
    diagnostics.note('register() was called before; its options are not taken');
    return existing;
  }
  if (environment.isDisabled) return inactive(diagnostics);
  if (hasProvider()) {
    diagnostics.note('another tracer provider is registered: add spanledgerProcessors() to it instead of register()');
    return inactive(diagnostics);
  }
  const telemetry = start(options, environment, diagnostics);
  registry[REGISTERED] = telemetry;
  return telemetry;
}

function start(options: RegisterOptions, environment: Environment, diagnostics: Diagnostics): Telemetry {
  const log = options.log ?? standardLog(environment.logLevel);
  const note = (_level: unknown, message: string): void => diagnostics.note(message);
  if (!environment.hasOpenTelemetryLog) diag.setLogger(diagnostics.logger, { suppressOverrideMessage: true });
  const propagator = propagatorOf(options, environment, note);
  const sampler = options.sampler ?? samplerFromEnvironment(environment, note);
  const pipeline = exportPipeline(options, environment, (error) => diagnostics.note(`the collector: ${error.message}`));
  const program = process.argv[1];
  const finding = findInstrumentations({
    directories: program === undefined ? [process.cwd()] : [path.dirname(path.resolve(program)), process.cwd()],
    captureContent: options.captureContent ?? environment.captureContent ?? false,
    names: options.instrumentations ?? environment.instrumentations,
    isModule: program !== undefined && isModuleProgram(program),
  });
  const instrumentations = [...finding.instrumentations, ...(options.ownInstrumentations ?? [])];
  hookImports(instrumentations);
  const sdk = new NodeSDK({
    ...(options.serviceName === undefined ? {} : { serviceName: options.serviceName }),
    resource: defaultResource().merge(
      resourceFromAttributes({
        'process.pid': process.pid,
        'process.runtime.name': 'nodejs',
        'process.runtime.version': process.versions.node,
        [ATTR_SAMPLER]: String(sampler),
        ...options.resourceAttributes,
      }),
    ),
    // Not the process detector: the command line may hold secrets.
    ...(environment.hasResourceDetectors
      ? {}
      : { resourceDetectors: [envDetector, hostDetector, osDetector, serviceInstanceIdDetector] }),
    sampler: governed(sampler),
    textMapPropagator: propagator,
    spanProcessors: [...(options.spanProcessors ?? []), scopedSpans(pipeline.spanProcessor)],
    logRecordProcessors: [...(options.logRecordProcessors ?? []), scopedLogRecords(pipeline.logRecordProcessor)],
    metricReaders: [],
    instrumentations,
  });
  sdk.start();
  sayWhatIs(finding, options, environment, log, diagnostics);
  return running({ sdk, pipeline, finding, sampler: String(sampler), options, diagnostics });
}

interface Parts {
  readonly sdk: NodeSDK;
  readonly pipeline: ExportPipeline;
  readonly finding: Finding;
  readonly sampler: string;
  readonly options: RegisterOptions;
  readonly diagnostics: Diagnostics;
}

function running({ sdk, pipeline, finding, sampler, options, diagnostics }: Parts): Telemetry {
  const timeoutMs = options.flushTimeoutMs ?? 5000;
  let isActive = true;
  const exit =
    options.flushAtExit === false
      ? () => {}
      : flushAtExit({ isPending: () => pipeline.pending > 0, flush: () => pipeline.close(timeoutMs) });
  return {
    ready: finding.patchClients().then((problems) => {
      for (const problem of problems) diagnostics.note(problem);
    }),
    health: () => ({
      isActive,
      sampler,
      spans: pipeline.spans.health(),
      logRecords: pipeline.logRecords.health(),
      rejected: diagnostics.rejected,
      instrumentations: finding.found,
      problems: diagnostics.problems,
    }),
    flush: () => pipeline.flush(timeoutMs),
    async shutdown() {
      if (!isActive) return;
      isActive = false;
      exit();
      await pipeline.close(timeoutMs);
      await within(
        timeoutMs,
        sdk.shutdown().catch((error: Error) => diagnostics.note(error.message)),
      );
      // Frees the global places, so that telemetry can be started again in this process.
      for (const api of [trace, logs, context, propagation, diag]) api.disable();
      delete registry[REGISTERED];
    },
  };
}

function sayWhatIs(
  { found }: Finding,
  options: RegisterOptions,
  environment: Environment,
  log: NonNullable<RegisterOptions['log']>,
  diagnostics: Diagnostics,
): void {
  const taken = found.filter((one) => one.isTaken);
  const names = taken.map((one) => one.client ?? one.package).join(', ');
  const endpoint = options.endpoint ?? environment.endpoint;
  log(
    'info',
    `traces and logs go to ${endpoint ?? 'where OTEL_EXPORTER_OTLP_ENDPOINT says'}; watched: ${names || 'nothing'}`,
  );
  for (const one of found) {
    if (one.isMisfit) diagnostics.note(`${one.package}@${one.version} ${one.note}`);
  }
  if (environment.protocol === 'grpc')
    diagnostics.note('OTEL_EXPORTER_OTLP_PROTOCOL "grpc" is not known here; http/protobuf is used');
}

/** Whether somebody registered a tracer provider: then the proxy of the API has one behind it. */
function hasProvider(): boolean {
  const provider = trace.getTracerProvider() as { getDelegate?(): object };
  const name = (provider.getDelegate?.() ?? provider).constructor.name;
  return name !== 'NoopTracerProvider' && name !== 'ProxyTracerProvider';
}

function inactive(diagnostics: Diagnostics): Telemetry {
  const none = { accepted: 0, delivered: 0, waiting: 0, inFlight: 0, droppedFull: 0, droppedUndelivered: 0 };
  const health = (): TelemetryHealth => ({
    isActive: false,
    sampler: '',
    spans: none,
    logRecords: none,
    rejected: { spans: 0, logRecords: 0 },
    instrumentations: [],
    problems: diagnostics.problems,
  });
  const nothing = (): Promise<void> => Promise.resolve();
  return { ready: nothing(), health, flush: nothing, shutdown: nothing };
}
