import type { DiagLogger } from '@opentelemetry/api';
import type { TelemetryLog } from './register-options.ts';

const MOST_PROBLEMS = 20;
const LONGEST_PROBLEM = 500;

/** What went wrong with telemetry, each once. */
export class Diagnostics {
  readonly #log: TelemetryLog;
  readonly #problems = new Set<string>();
  #rejectedSpans = 0;
  #rejectedLogRecords = 0;

  constructor(log: TelemetryLog) {
    this.#log = log;
  }

  /** Notes a problem, and says it the first time. */
  note(message: string): void {
    const short = message.length > LONGEST_PROBLEM ? `${message.slice(0, LONGEST_PROBLEM)}...` : message;
    if (this.#problems.has(short)) return;
    if (this.#problems.size >= MOST_PROBLEMS) this.#problems.delete(this.#problems.values().next().value ?? '');
    this.#problems.add(short);
    this.#log('warn', short);
  }

  get problems(): readonly string[] {
    return [...this.#problems];
  }

  /** Records that the collector acknowledged in part: it took the batch without them. */
  get rejected(): { readonly spans: number; readonly logRecords: number } {
    return { spans: this.#rejectedSpans, logRecords: this.#rejectedLogRecords };
  }

  /** Takes OpenTelemetry's own diagnostics. */
  get logger(): DiagLogger {
    const ignore = (): void => {};
    return {
      error: (message) => this.note(messageIn(message)),
      warn: (message, ...further) => this.#warn(message, further),
      info: ignore,
      debug: ignore,
      verbose: ignore,
    };
  }

  #warn(message: string, further: readonly unknown[]): void {
    const text = [message, ...further.map(textOf)].join(' ');
    const [, kind, count] = /"rejected(Spans|LogRecords)":"?(\d+)/.exec(text) ?? [];
    if (kind === 'Spans') this.#rejectedSpans += Number(count);
    if (kind === 'LogRecords') this.#rejectedLogRecords += Number(count);
    this.note(text);
  }
}

/** The SDK reports errors as JSON with their stack; only the message is for readers. */
function messageIn(message: string): string {
  return /"message":"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message;
}

function textOf(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}

/** Makes a log that writes lines on standard error from a level on. */
export function standardLog(level: string | undefined): TelemetryLog {
  return (of, message) => {
    if (level === 'silent' || (of === 'info' && level === 'warn')) return;
    process.stderr.write(`spanledger: ${message}\n`);
  };
}
