import type { ParseArgsOptionDescriptor } from 'node:util';
import { parseRemote } from '../engine/remote.ts';
import { ConfigurationError, EngineError, ensureError, InputError, type SpanledgerError } from '../errors.ts';
import { CONFIG_FLAG, readCollectorOptions } from './collector-flags.ts';
import { type CommandArguments, type CommandContext, textFlag } from './command.ts';

const READ_ONLY_CODES = new Set(['READONLY', 'ACCESS_DENIED']);

/** Flags that say which ClickHouse to ask, and as whom. */
export const CLICKHOUSE_FLAGS: Readonly<Record<string, ParseArgsOptionDescriptor>> = {
  ...CONFIG_FLAG,
  'clickhouse-url': { type: 'string' },
  'clickhouse-http-port': { type: 'string' },
  user: { type: 'string' },
};

/** What `--help` says about these flags. */
export const CLICKHOUSE_FLAGS_HELP = `  --clickhouse-url URL          another server: http://user:password@host:8123/database; without a user: reader
  --clickhouse-http-port PORT   port of the embedded ClickHouse's HTTP [8123]
  --user NAME                   user of ClickHouse [reader]; its password stands in SPANLEDGER_SQL_PASSWORD
  --config FILE                 the collector's configuration file, for both
`;

/** An answer of ClickHouse whose body has not been read yet. */
export interface ClickHouseAnswer {
  readonly body: ReadableStream<Uint8Array>;
  /** Server and user, for messages. */
  readonly where: string;
}

/**
 * Runs one query, read-only, as the user that the flags name.
 *
 * @param parameters of the URL: settings, `default_format`, and values of the query's parameters as `param_...`
 * @throws ConfigurationError `ENGINE_AUTHENTICATION`, and as `readConfig` does
 * @throws EngineError `ENGINE_UNREACHABLE`
 * @throws InputError `SQL_READ_ONLY`, `SQL_FAILED`
 */
export async function askClickHouse(
  given: CommandArguments,
  context: CommandContext,
  query: string,
  parameters: Readonly<Record<string, string>>,
): Promise<ClickHouseAnswer> {
  const { target, database } = targetOf(given, context);
  const where = `${target.url.origin} (user ${target.user})`;
  const url = new URL(target.url);
  // The server waits for the end of the query, so that an answer is whole or an error, never rows with an error below them.
  url.search = new URLSearchParams({ database, wait_end_of_query: '1', ...parameters, query }).toString();
  const response = await send(url, { 'x-clickhouse-user': target.user, 'x-clickhouse-key': target.password }, where);
  if (!response.ok || response.body === null) throw refusal(await response.text(), where);
  return { body: response.body, where };
}

function targetOf(given: CommandArguments, context: CommandContext): ReturnType<typeof parseRemote> {
  const options = readCollectorOptions(given, context);
  const url = options.clickhouse_url ?? `http://127.0.0.1:${options.clickhouse_http_port}`;
  const hasUser = URL.canParse(url) && new URL(url).username !== '';
  const user = textFlag(given, 'user') ?? (hasUser ? undefined : 'reader');
  const password = context.environment['SPANLEDGER_SQL_PASSWORD'];
  return parseRemote({
    url,
    ...(user === undefined ? {} : { user }),
    ...(user === undefined || password === undefined ? {} : { password }),
  });
}

// A GET: ClickHouse runs those read-only, whatever the user may do.
async function send(url: URL, headers: Readonly<Record<string, string>>, where: string): Promise<Response> {
  try {
    return await fetch(url, { headers });
  } catch (thrown) {
    const { cause } = ensureError(thrown);
    const message = `no ClickHouse answers at ${where}: ${ensureError(cause ?? thrown).message}. Start the collector, or name another with --clickhouse-http-port or --clickhouse-url.`;
    throw new EngineError('ENGINE_UNREACHABLE', message, { cause: thrown });
  }
}

/** The error for an answer that ended before its end. */
export function brokenOff({ where }: ClickHouseAnswer, thrown: unknown): EngineError {
  const message = `the answer of ClickHouse at ${where} broke off: ${ensureError(thrown).message}`;
  return new EngineError('ENGINE_UNREACHABLE', message, { cause: thrown });
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
    return new InputError('SQL_READ_ONLY', `SQL is read-only here, and shows what its user may see. ${reason}`);
  }
  return new InputError('SQL_FAILED', name === '' ? reason : `${reason} (${name})`);
}
