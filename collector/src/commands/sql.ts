import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseRemote } from '../engine/remote.ts';
import { ConfigurationError, EngineError, ensureError, InputError, type SpanledgerError } from '../errors.ts';
import type { Options } from '../options.ts';
import { CONFIG_FLAG, readCollectorOptions } from './collector-flags.ts';
import { type Command, type CommandContext, textFlag, UsageError } from './command.ts';

const READ_ONLY_CODES = new Set(['READONLY', 'ACCESS_DENIED']);

/** `spanledger sql`: one query, read-only, its answer streamed to stdout. */
export const SQL: Command = {
  help: `Usage: spanledger sql [OPTIONS] "SELECT ..."

Runs one query in ClickHouse, read-only, and writes its answer to stdout. The views to ask are runs, steps, spans, events,
audit_trail, node_latency, policy_violations, workflow_summary, run_nodes, run_edges and more: "SHOW TABLES", "DESCRIBE runs".

  --format NAME                 a format of ClickHouse, for example JSONEachRow, CSVWithNames, Vertical
                                [PrettyCompact on a terminal, else TSVWithNames]
  --clickhouse-url URL          another server: http://user:password@host:8123/database; without a user: reader
  --clickhouse-http-port PORT   port of the embedded ClickHouse's HTTP [8123]
  --user NAME                   user of ClickHouse [reader]; its password stands in SPANLEDGER_SQL_PASSWORD
  --config FILE                 the collector's configuration file, for both

spanledger sql "SELECT run_id, status, total_cost_usd FROM runs ORDER BY start_time DESC LIMIT 5"
`,
  flags: {
    ...CONFIG_FLAG,
    format: { type: 'string' },
    'clickhouse-url': { type: 'string' },
    'clickhouse-http-port': { type: 'string' },
    user: { type: 'string' },
  },
  mostPositionals: 1,
  run: async (given, context) => {
    const query = given.positionals[0]?.trim() ?? '';
    if (query === '') throw new UsageError('say what to ask, for example spanledger sql "SELECT * FROM runs LIMIT 5"');
    const format = textFlag(given, 'format') ?? (context.stdout.isTTY ? 'PrettyCompact' : 'TSVWithNames');
    if (!/^[A-Za-z]+$/.test(format)) throw new UsageError(`--format ${format} is not a name of letters`);
    const request = requestFor(readCollectorOptions(given, context), textFlag(given, 'user'), query, format, context);
    await show(await send(request), request.where, context);
    return 0;
  },
};

interface SqlRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** For messages. */
  readonly where: string;
}

function requestFor(
  options: Options,
  named: string | undefined,
  query: string,
  format: string,
  { environment }: CommandContext,
): SqlRequest {
  const given = options.clickhouse_url ?? `http://127.0.0.1:${options.clickhouse_http_port}`;
  const hasUser = URL.canParse(given) && new URL(given).username !== '';
  const user = named ?? (hasUser ? undefined : 'reader');
  const password = environment['SPANLEDGER_SQL_PASSWORD'];
  const { target, database } = parseRemote({
    url: given,
    ...(user === undefined ? {} : { user }),
    ...(user === undefined || password === undefined ? {} : { password }),
  });
  const url = new URL(target.url);
  // The server waits for the end of the query, so that an answer is whole or an error, never rows with an error below them.
  url.search = new URLSearchParams({ database, default_format: format, wait_end_of_query: '1', query }).toString();
  const headers = {
    'x-clickhouse-user': target.user,
    'x-clickhouse-key': target.password,
  };
  return { url, headers, where: `${target.url.origin} (user ${target.user})` };
}

// A GET: ClickHouse runs those read-only, whatever the user may do.
async function send({ url, headers, where }: SqlRequest): Promise<Response> {
  try {
    return await fetch(url, { headers });
  } catch (thrown) {
    const { cause } = ensureError(thrown);
    const message = `no ClickHouse answers at ${where}: ${ensureError(cause ?? thrown).message}. Start the collector, or name another with --clickhouse-http-port or --clickhouse-url.`;
    throw new EngineError('ENGINE_UNREACHABLE', message, { cause: thrown });
  }
}

async function show(response: Response, where: string, { stdout }: CommandContext): Promise<void> {
  if (!response.ok || response.body === null) throw refusal(await response.text(), where);
  try {
    await pipeline(Readable.fromWeb(response.body), stdout, { end: false });
  } catch (thrown) {
    // Whoever read stdout has enough.
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE') return;
    const message = `the answer of ClickHouse at ${where} broke off: ${ensureError(thrown).message}`;
    throw new EngineError('ENGINE_UNREACHABLE', message, { cause: thrown });
  }
}

/** The error for what ClickHouse said: `Code: 62. DB::Exception: ... (SYNTAX_ERROR) (version ...)`. */
function refusal(said: string, where: string): SpanledgerError {
  const parts = /Code: \d+\. DB::Exception: (.*?)\.? \(([A-Z_]+)\)/s.exec(said);
  const name = parts?.[2] ?? '';
  // What could have stood there fills a screen.
  const reason = (parts?.[1] ?? said)
    .replace(/\. Expected one of: .*/s, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 500);
  if (name === 'AUTHENTICATION_FAILED') {
    return new ConfigurationError(
      'ENGINE_AUTHENTICATION',
      `ClickHouse at ${where} refuses the user or the password. Name the user by --user, its password by SPANLEDGER_SQL_PASSWORD; "spanledger readers add" makes one.`,
    );
  }
  if (READ_ONLY_CODES.has(name)) {
    return new InputError('SQL_READ_ONLY', `spanledger sql only reads, and what its user may see. ${reason}`);
  }
  return new InputError('SQL_FAILED', name === '' ? reason : `${reason} (${name})`);
}
