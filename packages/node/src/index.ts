export { type SpanledgerProcessors, spanledgerProcessors } from './export-processors.ts';
export type { FoundInstrumentation } from './find-instrumentations.ts';
export type { KnownInstrumentation } from './instrumentation-table.ts';
export { INSTRUMENTATIONS } from './instrumentation-table.ts';
export { register } from './register.ts';
export type { ExportOptions, RegisterOptions, TelemetryLog } from './register-options.ts';
export type { SignalHealth } from './signal-counts.ts';
export type { Telemetry, TelemetryHealth } from './telemetry.ts';
