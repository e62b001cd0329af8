import { ConnectionLost, type HttpConnection } from './http-connection.ts';
import { adviceOnCode, InsertError, outcomeOfCode } from './insert-error.ts';

/** Sends one insert; see `Engine.insert`. */
export async function insertOver(
  connection: HttpConnection,
  request: {
    database: string;
    query: string;
    chunks: readonly Uint8Array[];
    settings: Readonly<Record<string, string>>;
    timeoutMs: number;
  },
): Promise<void> {
  // Without wait_end_of_query the server may say 200 first and fail afterwards.
  const parameters = { database: request.database, wait_end_of_query: '1', ...request.settings, query: request.query };
  try {
    const answer = await connection.post(parameters, request.chunks, request.timeoutMs);
    if (answer.status === 200 && answer.serverCode === null) return;
    throw new InsertError(
      'INSERT_REFUSED',
      `ClickHouse refused an insert (HTTP ${answer.status})${adviceOnCode(answer.serverCode)}: ${answer.text.trim().slice(0, 2_000)}`,
      { outcome: outcomeOfCode(answer.serverCode), serverCode: answer.serverCode },
    );
  } catch (thrown) {
    if (!(thrown instanceof ConnectionLost)) throw thrown;
    throw new InsertError('INSERT_CONNECTION', `no answer from ClickHouse to an insert: ${thrown.message}`, {
      outcome: thrown.connected ? 'unknown' : 'not_applied',
      serverCode: null,
      cause: thrown,
    });
  }
}
