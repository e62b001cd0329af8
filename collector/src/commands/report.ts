import { API_FLAGS, API_FLAGS_HELP, type ApiPlace, apiPlace } from './api-place.ts';
import type { Command, CommandContext } from './command.ts';
import { readLatestRuns, readReport, readReportJson } from './report-data.ts';
import { renderReport, renderRuns } from './report-tables.ts';
import { painterOf } from './table.ts';

/** Width where there is no terminal to ask, and the most that is used of a wider one. */
const DEFAULT_WIDTH = 120;
const LISTED_RUNS = 20;

/** `spanledger report`: a run's report, or the list of the latest runs. */
export const REPORT: Command = {
  help: `Usage: spanledger report [OPTIONS] [RUN]

Shows a run's totals, audit trail, node latency and policy violations; without RUN the latest ${LISTED_RUNS} runs.

${API_FLAGS_HELP}
  --json          the report as JSON, with the field names of the API
`,
  flags: { ...API_FLAGS, json: { type: 'boolean' } },
  mostPositionals: 1,
  run: async (given, context) => {
    const place = apiPlace(given, context);
    const [runId] = given.positionals;
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
