import { ConfigurationError, EngineError } from '../errors.ts';
import { ConnectionLost, type HttpAnswer, type HttpConnection } from './http-connection.ts';
import { sqlIdentifier } from './sql-text.ts';

/** Oldest ClickHouse the SQL of this project runs on: the long-term release 25.8 is the first with every function and setting it uses. */
const oldestVersion: readonly [number, number] = [25, 8];

const refusals: ReadonlySet<number> = new Set([192, 193, 194, 516]);

/**
 * Runs one statement and gives the text of its answer, without its last line end.
 * @throws {ConfigurationError} `ENGINE_AUTHENTICATION`
 * @throws {EngineError} `ENGINE_UNREACHABLE`, `ENGINE_QUERY`
 */
export async function queryText(
  connection: HttpConnection,
  where: string,
  query: string,
  timeoutMs = 10_000,
): Promise<string> {
  let answer: HttpAnswer;
  try {
    answer = await connection.post({ wait_end_of_query: '1' }, [Buffer.from(query)], timeoutMs);
  } catch (thrown) {
    if (!(thrown instanceof ConnectionLost)) throw thrown;
    throw new EngineError('ENGINE_UNREACHABLE', `no ClickHouse answers at ${where}: ${thrown.message}`, {
      cause: thrown,
    });
  }
  if (answer.status === 200 && answer.serverCode === null) return answer.text.replace(/\n$/, '');
  const said = answer.text.trim().slice(0, 1_000);
  if (answer.status === 401 || refusals.has(answer.serverCode ?? 0)) {
    throw new ConfigurationError(
      'ENGINE_AUTHENTICATION',
      `ClickHouse at ${where} refuses the user or the password: ${said}. Set both in the URL or by option.`,
    );
  }
  throw new EngineError('ENGINE_QUERY', `ClickHouse at ${where} answered HTTP ${answer.status} to ${query}: ${said}`);
}

/**
 * Waits for nothing: asks the server for its version and makes sure that the database exists.
 * @returns the version as ClickHouse prints it
 * @throws {ConfigurationError} `ENGINE_TOO_OLD`, `ENGINE_AUTHENTICATION`
 * @throws {EngineError} `ENGINE_UNREACHABLE`, `ENGINE_QUERY`
 */
export async function checkServer(connection: HttpConnection, where: string, database: string): Promise<string> {
  const version = await queryText(connection, where, 'SELECT version()');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    throw new ConfigurationError(
      'ENGINE_TOO_OLD',
      `ClickHouse at ${where} is ${version || 'of an unknown version'}; ${oldestVersion.join('.')} or newer is needed.`,
    );
  }
  // A user without the right to create it can still use a database that is there.
  if ((await queryText(connection, where, `EXISTS DATABASE ${sqlIdentifier(database)}`)) !== '1') {
    await queryText(connection, where, `CREATE DATABASE IF NOT EXISTS ${sqlIdentifier(database)}`);
  }
  return version;
}
