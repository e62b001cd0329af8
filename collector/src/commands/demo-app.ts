import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ConfigurationError, ensureError, SpanledgerError } from '../errors.ts';

/** A local LLM server at work. */
export interface DemoLlm {
  /** Base URL for an OpenAI client, with `/v1`. */
  readonly url: string;
  close(): Promise<void>;
}

/** The example app that the demo runs. Known by its place only: the collector is published without it. */
export interface DemoApp {
  /** Path of its entry. */
  readonly main: string;
  startLocalLlm(options: { latencyMs: number }): Promise<DemoLlm>;
}

const EXAMPLE = '@spanledger/example-multi-agent';
const llmModule = z.object({
  startLocalLlm: z.custom<DemoApp['startLocalLlm']>((found) => typeof found === 'function'),
});
const lastLine = z.object({ run_id: z.string() });

/**
 * Finds the example app, built or as source, whichever this process resolves packages to.
 *
 * @throws ConfigurationError `DEMO_UNAVAILABLE`
 */
export async function findDemoApp(): Promise<DemoApp> {
  try {
    const index = import.meta.resolve(EXAMPLE);
    const beside = (name: string): URL => new URL(index.replace(/index(\.[jt]s)$/, `${name}$1`));
    const { startLocalLlm } = llmModule.parse(await import(beside('local-llm').href));
    return { main: fileURLToPath(beside('main')), startLocalLlm };
  } catch (cause) {
    throw new ConfigurationError(
      'DEMO_UNAVAILABLE',
      `the demo runs the app of examples/multi-agent, which is not here or not built (${ensureError(cause).message.split('\n', 1)[0]}). ` +
        'Run "npm ci && npm run demo" in a checkout of the repository, or send telemetry of your own to "spanledger start".',
      { cause },
    );
  }
}

/** Where the app sends and asks, and who hears what it prints. */
export interface DemoRun {
  readonly endpoint: string;
  /** Key that the app sends with, where the collector has keys. */
  readonly key: string | undefined;
  readonly llmUrl: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the app. */
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Runs the app to its end as a process of its own.
 *
 * @returns id of its run
 * @throws SpanledgerError `DEMO_APP_FAILED`
 */
export async function runDemoApp(app: DemoApp, run: DemoRun): Promise<string> {
  // Settings that the user has for another app's telemetry or model must not reach this one.
  const own = Object.entries(run.environment).filter(([name]) => !/^(OTEL|OPENAI)_/.test(name));
  const child = spawn(process.execPath, [...process.execArgv, app.main], {
    env: {
      ...Object.fromEntries(own),
      OTEL_EXPORTER_OTLP_ENDPOINT: run.endpoint,
      ...(run.key === undefined ? {} : { OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${run.key}` }),
      OPENAI_BASE_URL: run.llmUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: run.signal,
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
  const [printed] = await Promise.all([readLines(child.stdout, run.onLine), readLines(child.stderr, run.onLine)]);
  const trouble = await ended;
  if (trouble !== undefined) throw new SpanledgerError('DEMO_APP_FAILED', `the app of the demo failed: ${trouble}`);
  return lastLine.parse(JSON.parse(printed.at(-1) ?? '')).run_id;
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface(stream)) {
    lines.push(line);
    onLine(line);
  }
  return lines;
}
