import { type Collector, startCollector } from '../collector.ts';
import { ConfigurationError } from '../errors.ts';
import { keyOf } from './api-place.ts';
import { COLLECTOR_FLAGS, COLLECTOR_FLAGS_HELP, readCollectorOptions } from './collector-flags.ts';
import type { Command, CommandArguments, CommandContext } from './command.ts';
import { type DemoApp, findDemoApp, runDemoApp } from './demo-app.ts';
import { openJsonLog } from './json-log.ts';
import { describePlaces } from './places.ts';
import { Progress } from './progress.ts';
import { showReport } from './report.ts';
import { catchStopSignals } from './stop-signal.ts';
import { printable } from './table.ts';

/** So long that the model calls show in the latencies. */
const LLM_LATENCY = 20;

/** `spanledger demo`: the collector, a local LLM server, and a run of a real app with its report. */
export const DEMO: Command = {
  help: `Usage: spanledger demo [OPTIONS]

Starts the collector and a local LLM server, runs the app of examples/multi-agent against both, shows the run's report and
stays up until Ctrl-C.

  --once                    ends after the report
  --key KEY                 a key with the scopes ingest and read, where the data directory has keys; or SPANLEDGER_KEY
${COLLECTOR_FLAGS_HELP}`,
  flags: { ...COLLECTOR_FLAGS, key: { type: 'string' }, once: { type: 'boolean' } },
  mostPositionals: 0,
  run: async (given, context) => {
    const options = readCollectorOptions(given, context);
    const app = await findDemoApp();
    const progress = new Progress(context.stdout);
    const stop = catchStopSignals();
    try {
      const log = openJsonLog(options.log_level, context, progress);
      const collector = await startCollector(options, { log, onProgress: (text) => progress.step(text) });
      try {
        progress.clear();
        context.stdout.write(`${describePlaces(collector, options)}\n`);
        const key = demoKey(collector, given, context);
        await showRun(app, collector, key, stop.signal, context);
        if (given.flags['once'] === true || stop.signal.aborted) return 0;
        context.stdout.write('\nThe collector stays up. Stop it with Ctrl-C.\n');
        await stop.received;
        return 0;
      } finally {
        progress.step('stopping');
        await collector.stop();
        progress.clear();
        context.stdout.write('Stopped.\n');
      }
    } finally {
      progress.clear();
      stop.dispose();
    }
  },
};

/** The key of the run, where the collector needs one. @throws ConfigurationError `KEY_MISSING` */
function demoKey({ keys }: Collector, given: CommandArguments, context: CommandContext): string | undefined {
  if (!keys.isKeyed) return undefined;
  const key = keyOf(given, context);
  if (key !== undefined) return key;
  throw new ConfigurationError(
    'KEY_MISSING',
    'the data directory has keys, so the demo needs one with the scopes ingest and read: set SPANLEDGER_KEY, or take another --data-dir',
  );
}

async function showRun(
  app: DemoApp,
  collector: Collector,
  key: string | undefined,
  signal: AbortSignal,
  context: CommandContext,
): Promise<void> {
  const { stdout, environment } = context;
  const { url } = collector;
  const llm = await app.startLocalLlm({ latencyMs: LLM_LATENCY });
  try {
    stdout.write('Seven agents and services answer a ticket:\n');
    const onLine = (line: string): void => void stdout.write(`  ${printable(line)}\n`);
    const runId = await runDemoApp(app, { endpoint: url, key, llmUrl: llm.url, environment, signal, onLine });
    await collector.settled();
    stdout.write('\n');
    await showReport({ url, key }, runId, context);
    stdout.write(`\n${describeNext(collector, runId)}`);
  } catch (thrown) {
    // The app was ended because the demo is.
    if (!signal.aborted) throw thrown;
  } finally {
    await llm.close();
  }
}

function describeNext({ url, engine, keys, readers }: Collector, runId: string): string {
  const ask = keys.isKeyed ? 'curl -s -H "X-API-Key: $SPANLEDGER_KEY"' : 'curl -s';
  const isOpen = readers.some(({ passwordSha256 }) => passwordSha256 === undefined);
  const { hostname, port } = new URL(engine.url);
  const question = `SELECT node_id, verdict, status, cost_usd FROM audit_trail WHERE run_id = '${runId}' ORDER BY start_time, cursor`;
  const run = `${url}/v1/runs/${runId}`;
  return `Look closer, in another terminal:
  ${ask} ${run}/report
  ${ask} ${run}/steps
  ${ask} ${run}/spans
  npx spanledger report ${runId} --url ${url}
${
  !isOpen
    ? ''
    : `  npx spanledger sql --clickhouse-http-port ${port} "${question}"
  curl -s 'http://reader@${hostname}:${port}/?database=${engine.database}' -d "${question} FORMAT PrettyCompact"
`
}`;
}
