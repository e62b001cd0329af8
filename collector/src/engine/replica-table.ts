import type { Engine } from './engine-contract.ts';

const STORED = /^(?:--[^\n]*\n|\s)*CREATE TABLE IF NOT EXISTS (\w+)\n[\s\S]*\nENGINE = Replicated/;

/**
 * Gives the statement that makes a replicated table on one more server. Where another replica of the shard has the table, that one's own
 * statement: it may have been altered since, and ClickHouse lets a replica join only with the same columns. The migrations that altered it
 * find nothing left to do.
 */
export async function joiningStatement(engine: Engine, peers: readonly Engine[], statement: string): Promise<string> {
  const table = STORED.exec(statement)?.[1];
  if (table === undefined) return statement;
  const shard = await shardOf(engine);
  for (const peer of peers) {
    if (peer === engine || (await shardOf(peer)) !== shard) continue;
    const [found] = await readStatement(peer, table);
    if (found !== undefined) return found.replace(/^CREATE TABLE /, 'CREATE TABLE IF NOT EXISTS ');
  }
  return statement;
}

async function shardOf(engine: Engine): Promise<string> {
  const result = await engine.client.query({ query: "SELECT getMacro('shard')", format: 'TabSeparated' });
  return (await result.text()).trim();
}

async function readStatement(engine: Engine, table: string): Promise<string[]> {
  const result = await engine.client.query({
    query:
      'SELECT create_table_query AS text FROM system.tables WHERE database = currentDatabase() AND name = {table:String}',
    query_params: { table },
    format: 'JSONEachRow',
  });
  return (await result.json<{ text: string }>()).map(({ text }) => text);
}
