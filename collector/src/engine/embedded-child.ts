/**
 * Entry of the child process that is the embedded engine: `node embedded-child.ts LIBRARY CONFIG_FILE HTTP_PORT [tcp]`.
 *
 * chdb_query_cmdline is chDB's entry to clickhouse-local. Its last query never ends, so the call lasts as long as the server; it
 * runs on a thread of its own, which leaves this event loop free to watch the parent. process.exit() would wait for that thread:
 * every way out is a SIGKILL.
 *
 * Stdin is a pipe that the parent holds open. `stop HEADERS` on it asks for a clean end, with the operator's headers as JSON. Its end without that word means that the parent
 * is gone, and then nobody may be left holding the ports and the data.
 */
import { DataType, isNullPointer, load, open, restorePointer, wrapPointer } from 'ffi-rs';

const [library, configFile, httpPort, tcp] = process.argv.slice(2);
if (library === undefined || configFile === undefined || httpPort === undefined) {
  throw new Error('usage: embedded-child LIBRARY CONFIG_FILE HTTP_PORT');
}

const endlessQuery =
  'SELECT sleepEachRow(3) FROM system.numbers SETTINGS max_block_size = 1, max_execution_time = 0 FORMAT Null';
const killEndlessQuery = "KILL QUERY WHERE startsWith(query, 'SELECT sleepEachRow(3) FROM') ASYNC";
const longestStopMs = 10_000;
let stopping = false;

// The parent decides when the engine ends: a Ctrl-C reaches the whole process group and must not end it under running inserts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdin.on('data', (line) => {
  stopping = true;
  const headers = JSON.parse(String(line).replace('stop ', '')) as Record<string, string>;
  setTimeout(dieNow, longestStopMs);
  const url = `http://127.0.0.1:${httpPort}/`;
  fetch(url, { method: 'POST', body: killEndlessQuery, headers: { ...headers, connection: 'close' } }).catch(dieNow);
});
process.stdin.on('end', () => {
  if (!stopping) dieNow();
});
process.stdin.on('error', dieNow);

open({ library: 'chdb', path: library });
const listen = `SYSTEM START LISTEN HTTP;${tcp === 'tcp' ? ' SYSTEM START LISTEN TCP;' : ''}`;
const queries = `${listen} ${endlessQuery}`;
const argv = ['clickhouse', `--config-file=${configFile}`, '--multiquery', `--query=${queries}`];
const result = await load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
  runInNewThread: true,
});
// Null when clickhouse-local has printed the reason itself, and after a clean stop.
const reason = load({
  library: 'chdb',
  funcName: 'chdb_result_error',
  retType: DataType.External,
  paramsType: [DataType.External],
  paramsValue: [result],
});
if (!isNullPointer(reason)) {
  const [message] = restorePointer({ retType: [DataType.String], paramsValue: wrapPointer([reason]) });
  process.stderr.write(`${message}\n`);
}
dieNow();

function dieNow(): void {
  process.kill(process.pid, 'SIGKILL');
}
