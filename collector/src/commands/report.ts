import { API_FLAGS, API_FLAGS_HELP, type ApiPlace, apiPlace } from './api-place.ts';
import { CLICKHOUSE_FLAGS, CLICKHOUSE_FLAGS_HELP } from './ask-clickhouse.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { isPeriodReport, showPeriodReport } from './period-report/show.ts';
import { readLatestRuns, readReport, readReportJson } from './report-data.ts';
import { renderReport, renderRuns } from './report-tables.ts';
import { painterOf } from './table.ts';

/** Width where there is no terminal to ask, and the most that is used of a wider one. */
const DEFAULT_WIDTH = 120;
const LISTED_RUNS = 20;
const PERIOD_FLAGS: readonly string[] = ['from', 'to', 'format'];

/** `spanledger report`: a run's report, or the list of the latest runs. */
export const REPORT: Command = {
  help: `Usage: spanledger report [OPTIONS] [RUN]
       spanledger report [OPTIONS] sla|cost|violations|unpriced-models

Shows a run's totals, audit trail, node latency and policy violations; without RUN the latest ${LISTED_RUNS} runs.

${API_FLAGS_HELP}
  --json          the report as JSON, with the field names of the API

With the name of a report it shows all runs of a period, by SQL (dashboards/sql), as the read-only user: latency and errors
against targets, cost by agent and model, what checks denied, and models that have no price.

  --from TIME                   a day (2026-11-01, UTC), a time (2026-11-01T08:00Z), or how long ago (12h, 30d) [7d]
  --to TIME                     the same; not in the period itself [now]
  --format table|csv|json       money has all its digits in each; in JSON it is a string [table]
${CLICKHOUSE_FLAGS_HELP}`,
  flags: {
    ...API_FLAGS,
    ...CLICKHOUSE_FLAGS,
    ...Object.fromEntries(PERIOD_FLAGS.map((name) => [name, { type: 'string' }] as const)),
    json: { type: 'boolean' },
  },
  mostPositionals: 1,
  run: async (given, context) => {
    const place = apiPlace(given, context);
    const [runId] = given.positionals;
    if (isPeriodReport(runId)) {
      await showPeriodReport(runId, given, context);
      return 0;
    }
    const stray = PERIOD_FLAGS.find((name) => given.flags[name] !== undefined);
    if (stray !== undefined) {
      throw new UsageError(`--${stray} is for the reports sla, cost, violations and unpriced-models`);
    }
    if (given.flags['json'] === true) {
      const found =
        runId === undefined ? { runs: await readLatestRuns(place, LISTED_RUNS) } : await readReportJson(place, runId);
      context.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    } else if (runId === undefined) {
      const runs = await readLatestRuns(place, LISTED_RUNS);
      context.stdout.write(renderRuns(runs, widthOf(context), painterOf(context.stdout)));
    } else await showReport(place, runId, context);
    return 0;
  },
};

/** Prints the tables of a run's report. @throws SpanledgerError `RUN_NOT_FOUND`, `COLLECTOR_UNREACHABLE` */
export async function showReport(place: ApiPlace, runId: string, context: CommandContext): Promise<void> {
  const report = await readReport(place, runId);
  context.stdout.write(renderReport(report, widthOf(context), painterOf(context.stdout)));
}

function widthOf({ stdout }: CommandContext): number {
  return Math.min(stdout.columns ?? DEFAULT_WIDTH, DEFAULT_WIDTH);
}
