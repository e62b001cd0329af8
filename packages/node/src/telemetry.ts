import type { FoundInstrumentation } from './find-instrumentations.ts';
import type { SignalHealth } from './signal-counts.ts';

/** How telemetry of this process does. */
export interface TelemetryHealth {
  /** False where OpenTelemetry is switched off, or another provider was registered first. */
  readonly isActive: boolean;
  /** The app's sampler in its own words. */
  readonly sampler: string;
  readonly spans: SignalHealth;
  readonly logRecords: SignalHealth;
  /** Records that the collector refused one by one out of batches that it took; they count as delivered above. */
  readonly rejected: { readonly spans: number; readonly logRecords: number };
  readonly instrumentations: readonly FoundInstrumentation[];
  /** What went wrong, each once, the latest 20. Empty when all is well. */
  readonly problems: readonly string[];
}

/** Running telemetry. */
export interface Telemetry {
  /** Fulfilled once clients that can only be patched by hand are. Never rejects. */
  readonly ready: Promise<void>;
  /** What was sent, waits and was lost so far. */
  health(): TelemetryHealth;
  /** Sends what waits now. Waits for it at most `flushTimeoutMs`, and never rejects: `health()` says what arrived. */
  flush(): Promise<void>;
  /** Sends what waits for the last time and ends telemetry of the process. Call it before `process.exit()`. Never rejects. */
  shutdown(): Promise<void>;
}
