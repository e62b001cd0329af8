import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RuntimeOptions } from '@spanledger/sdk';
import { type Figure, figure } from '../figure.ts';
import { scanFigures } from '../sdk-scan.ts';
import { percentile } from '../statistics.ts';
import { checkOptions, completes, NODE, stepper, TEXT } from './governed.ts';
import { longRun } from './long-run.ts';
import { nowhere, SILENT, sending } from './nowhere.ts';
import { METADATA, plainSpan } from './plain-span.ts';
import { bestOfRounds, times } from './timing.ts';

const run = promisify(execFile);
const LANGFUSE = path.join(import.meta.dirname, 'langfuse');

/** So few that some rounds pass without anything else taking the core. */
const STEPS_IN_ROUND = 400;

/** How long to measure. */
export interface SdkLength {
  /** Steps of each timing. */
  readonly steps: number;
  /** Steps of the long run. */
  readonly longSteps: number;
  /** Rounds in which the checks take turns. */
  readonly rounds: number;
}

/** Measures what a governed step costs over a bare call, beside plain OpenTelemetry and Langfuse. */
export async function measureSdk(length: SdkLength, say: (text: string) => void): Promise<Figure[]> {
  const { options, credential } = await checkOptions();
  const everything = Object.assign({}, ...Object.values(options)) as Partial<RuntimeOptions>;
  const bareNode = async (): Promise<unknown> => NODE.run({} as Parameters<typeof NODE.run>[0]);
  const providers = nowhere();
  const warmUp = length.steps / 2;

  say('sdk: bare call, plain OpenTelemetry, governed steps');
  const bare = percentile(await times(bareNode, length.steps, warmUp), 0.5);
  const governed = stepper(everything, providers, credential);
  await completes(governed, 'all');
  const over = async (call: () => Promise<unknown>): Promise<[number, number, number]> => {
    const cpuBefore = process.cpuUsage();
    const taken = await times(call, length.steps, warmUp);
    const { user, system } = process.cpuUsage(cpuBefore);
    return [percentile(taken, 0.5) - bare, percentile(taken, 0.99) - bare, (user + system) / (length.steps + warmUp)];
  };
  const plain = await over(plainSpan(providers, bareNode));
  const step = await over(governed);
  const unchecked = await over(stepper({}, providers, credential));
  const figures = [
    figure('sdk.bare_call_us_p50', bare, 'us'),
    figure('sdk.governed_step_us_p50', step[0], 'us', plain[0]),
    figure('sdk.governed_step_us_p99', step[1], 'us', plain[1]),
    figure('sdk.governed_step_cpu_us', step[2], 'us', plain[2]),
    figure('sdk.unchecked_step_us_p50', unchecked[0], 'us', plain[0]),
  ];
  figures.push(...(await langfuse(length, bare, say)));
  say('sdk: with a real exporter');
  const real = await withSink((url) => over(stepper(everything, sending(url), credential)));
  figures.push(figure('sdk.real_exporter.governed_step_us_p50', real[0], 'us', plain[0]));
  figures.push(figure('sdk.real_exporter.governed_step_us_p99', real[1], 'us', plain[1]));
  say('sdk: each check');
  figures.push(...(await eachCheck(options, credential, length)));
  say('sdk: scans for sensitive text and injections, and the labelled corpora');
  figures.push(...scanFigures());
  say(`sdk: ${length.longSteps} steps`);
  // Fewer runs are remembered than by default, so that there are as many as there will be before the first tenth ends.
  const long = stepper({ ...everything, maxRuns: 1000 }, providers, credential);
  figures.push(...(await longRun(long, length.longSteps, say)));
  return figures;
}

/** What each check adds to a step, with telemetry that does nothing. */
async function eachCheck(
  options: Record<string, Partial<RuntimeOptions>>,
  credential: string,
  length: SdkLength,
): Promise<Figure[]> {
  const names = Object.keys(options);
  const withOne = names.map((name) => stepper(options[name] ?? {}, SILENT, credential));
  for (const [at, call] of withOne.entries()) await completes(call, names[at] ?? '');
  const calls = [stepper({}, SILENT, credential), ...withOne];
  const [without = 0, ...withCheck] = await bestOfRounds(calls, length.rounds, STEPS_IN_ROUND);
  const added = names.map((name, at) =>
    figure(`sdk.check.${name}_us`, Math.max(0, (withCheck[at] ?? 0) - without), 'us'),
  );
  return [figure('sdk.without_telemetry_us', without, 'us'), ...added];
}

/** Langfuse over the same text, where it is installed: `npm ci --prefix test/bench/sdk/langfuse`. */
async function langfuse({ steps }: SdkLength, bare: number, say: (text: string) => void): Promise<Figure[]> {
  if (!existsSync(path.join(LANGFUSE, 'node_modules'))) {
    say('sdk: Langfuse is not installed (npm ci --prefix test/bench/sdk/langfuse); left out');
    return [];
  }
  const given = JSON.stringify([TEXT, METADATA, Math.min(steps, 20_000)]);
  const { stdout } = await run(process.execPath, [path.join(LANGFUSE, 'measure.mjs'), given], { maxBuffer: 2 ** 26 });
  const taken = JSON.parse(stdout) as number[];
  return [
    figure('sdk.langfuse_step_us_p50', percentile(taken, 0.5) - bare, 'us'),
    figure('sdk.langfuse_step_us_p99', percentile(taken, 0.99) - bare, 'us'),
  ];
}

/** Runs something against a server that takes every body and keeps none. */
async function withSink<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
