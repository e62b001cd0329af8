import type { Attributes, TextMapPropagator } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ScopeTrust } from '@spanledger/sdk/propagation';

/** Says something to whoever runs the app. */
export type TelemetryLog = (level: 'info' | 'warn', message: string) => void;

/** Where telemetry goes, and how much of it may wait. */
export interface ExportOptions {
  /** The collector, without `/v1/traces`. Default `SPANLEDGER_ENDPOINT`, else what `OTEL_EXPORTER_OTLP_ENDPOINT` says, else `http://localhost:4318`. */
  readonly endpoint?: string;
  /** Key with the scope `ingest`. Default `SPANLEDGER_KEY`; other headers come from `OTEL_EXPORTER_OTLP_HEADERS`. */
  readonly key?: string;
  /** Default `http/protobuf`, or what `OTEL_EXPORTER_OTLP_PROTOCOL` says. */
  readonly protocol?: 'http/protobuf' | 'http/json';
  /** Most spans, and most log records, that wait to be sent; further ones are dropped and counted. Default 8192. */
  readonly queueLimit?: number;
  /** Most bytes of attributes that wait of each. Default 64 MiB. */
  readonly queueByteLimit?: number;
  /** Milliseconds after which what waits is sent. Default 1000. */
  readonly delayMs?: number;
  /** Milliseconds that one attempt to send a batch may take. Default `OTEL_EXPORTER_OTLP_TIMEOUT`, else 5000. */
  readonly timeoutMs?: number;
  /** Milliseconds for which a batch is tried again while the collector does not answer. Default 60,000. */
  readonly retryMs?: number;
}

/** Options of `register`. What is not given comes from the environment. */
export interface RegisterOptions extends ExportOptions {
  /** Default `OTEL_SERVICE_NAME`. */
  readonly serviceName?: string;
  /** Further attributes of the resource. */
  readonly resourceAttributes?: Attributes;
  /** The app's sampler; governed spans are recorded whatever it says. Default that of `OTEL_TRACES_SAMPLER`. */
  readonly sampler?: Sampler;
  /** Hosts that may learn run, node and tenant. Default `SPANLEDGER_PROPAGATE_TO`, else none. */
  readonly propagateTo?: readonly string[];
  /** Key that services share to sign what they say of a run. Default `SPANLEDGER_PROPAGATION_KEY`. */
  readonly propagationKey?: string;
  /** Whose word on run, node and tenant is taken. Default `SPANLEDGER_TRUST`, else `signed` with a key and `none` without. */
  readonly trust?: ScopeTrust;
  /** Default W3C trace context and baggage, or those of `OTEL_PROPAGATORS`. Must carry baggage, or nothing of a run is carried. */
  readonly propagator?: TextMapPropagator;
  /** Whether instrumentations record what is said to models and by them. Default `SPANLEDGER_CAPTURE_CONTENT`, else false. */
  readonly captureContent?: boolean;
  /** Names of instrumentations to take of those that are installed, for example `http`, `openai`. Default `SPANLEDGER_INSTRUMENTATIONS`, else all. */
  readonly instrumentations?: readonly string[];
  /** Instrumentations that you have made yourself. */
  readonly ownInstrumentations?: readonly Instrumentation[];
  /** Further processors, for example those of another vendor. */
  readonly spanProcessors?: readonly SpanProcessor[];
  readonly logRecordProcessors?: readonly LogRecordProcessor[];
  /** Whether to send what waits when the process ends or gets SIGTERM or SIGINT. Default true. */
  readonly flushAtExit?: boolean;
  /** Milliseconds that the end of the process waits for that at most. Default 5000. */
  readonly flushTimeoutMs?: number;
  /** Default: lines on standard error, as `SPANLEDGER_LOG_LEVEL` says: `info` (default), `warn` or `silent`. */
  readonly log?: TelemetryLog;
}
