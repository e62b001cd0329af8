import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  askClickHouse,
  brokenOff,
  CLICKHOUSE_FLAGS,
  CLICKHOUSE_FLAGS_HELP,
  type ClickHouseAnswer,
} from './ask-clickhouse.ts';
import { type Command, type CommandContext, textFlag, UsageError } from './command.ts';

/** `spanledger sql`: one query, read-only, its answer streamed to stdout. */
export const SQL: Command = {
  help: `Usage: spanledger sql [OPTIONS] "SELECT ..."

Runs one query in ClickHouse, read-only, and writes its answer to stdout. The views to ask are runs, steps, spans, events,
audit_trail, node_latency, policy_violations, workflow_summary, run_nodes, run_edges and more: "SHOW TABLES", "DESCRIBE runs".

  --format NAME                 a format of ClickHouse, for example JSONEachRow, CSVWithNames, Vertical
                                [PrettyCompact on a terminal, else TSVWithNames]
${CLICKHOUSE_FLAGS_HELP}
spanledger sql "SELECT run_id, status, total_cost_usd FROM runs ORDER BY start_time DESC LIMIT 5"
`,
  flags: { ...CLICKHOUSE_FLAGS, format: { type: 'string' } },
  mostPositionals: 1,
  run: async (given, context) => {
    const query = given.positionals[0]?.trim() ?? '';
    if (query === '') throw new UsageError('say what to ask, for example spanledger sql "SELECT * FROM runs LIMIT 5"');
    const format = textFlag(given, 'format') ?? (context.stdout.isTTY ? 'PrettyCompact' : 'TSVWithNames');
    if (!/^[A-Za-z]+$/.test(format)) throw new UsageError(`--format ${format} is not a name of letters`);
    await show(await askClickHouse(given, context, query, { default_format: format }), context);
    return 0;
  },
};

async function show(answer: ClickHouseAnswer, { stdout }: CommandContext): Promise<void> {
  try {
    await pipeline(Readable.fromWeb(answer.body), stdout, { end: false });
  } catch (thrown) {
    // Whoever read stdout has enough.
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE') return;
    throw brokenOff(answer, thrown);
  }
}
