/** What the environment says about telemetry. Variables of OpenTelemetry that its own packages read (endpoint, headers, batches) are left to them. */
export interface Environment {
  readonly endpoint: string | undefined;
  readonly key: string | undefined;
  readonly propagateTo: readonly string[] | undefined;
  readonly propagationKey: string | undefined;
  readonly trust: string | undefined;
  readonly captureContent: boolean | undefined;
  readonly instrumentations: readonly string[] | undefined;
  readonly logLevel: string | undefined;
  readonly protocol: string | undefined;
  readonly sampler: string | undefined;
  readonly samplerArgument: string | undefined;
  readonly propagators: readonly string[] | undefined;
  /** Whether OpenTelemetry's own diagnostics were asked for. */
  readonly hasOpenTelemetryLog: boolean;
  /** Whether resource detectors were chosen. */
  readonly hasResourceDetectors: boolean;
  readonly isDisabled: boolean;
  /** Milliseconds that one attempt to send a batch may take. */
  readonly timeoutMs: number | undefined;
}

/** Reads the environment. Empty values say nothing, as OpenTelemetry has it. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const text = (name: string): string | undefined => {
    const value = variables[name]?.trim();
    return value === '' ? undefined : value;
  };
  const list = (name: string): string[] | undefined =>
    text(name)
      ?.split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  const flag = (name: string): boolean | undefined => {
    const value = text(name)?.toLowerCase();
    return value === undefined ? undefined : value === 'true' || value === '1';
  };
  const milliseconds = (name: string): number | undefined => {
    const value = Number(text(name));
    return value > 0 ? value : undefined;
  };
  return Object.freeze({
    endpoint: text('SPANLEDGER_ENDPOINT'),
    key: text('SPANLEDGER_KEY'),
    propagateTo: list('SPANLEDGER_PROPAGATE_TO'),
    propagationKey: text('SPANLEDGER_PROPAGATION_KEY'),
    trust: text('SPANLEDGER_TRUST'),
    captureContent: flag('SPANLEDGER_CAPTURE_CONTENT'),
    instrumentations: list('SPANLEDGER_INSTRUMENTATIONS'),
    logLevel: text('SPANLEDGER_LOG_LEVEL'),
    protocol: text('OTEL_EXPORTER_OTLP_PROTOCOL'),
    sampler: text('OTEL_TRACES_SAMPLER'),
    samplerArgument: text('OTEL_TRACES_SAMPLER_ARG'),
    propagators: list('OTEL_PROPAGATORS'),
    hasOpenTelemetryLog: text('OTEL_LOG_LEVEL') !== undefined,
    hasResourceDetectors: text('OTEL_NODE_RESOURCE_DETECTORS') !== undefined,
    isDisabled: flag('OTEL_SDK_DISABLED') === true,
    timeoutMs: milliseconds('OTEL_EXPORTER_OTLP_TIMEOUT'),
  });
}
