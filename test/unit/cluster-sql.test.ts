import { expect, test } from 'vitest';
import {
  alteredTable,
  clusterStatements,
  renewDistributed,
  shardedTables,
  shardingKey,
} from '../../collector/src/engine/cluster-sql.ts';
import { readIngest, readMigrations, readViews } from '../../collector/src/engine/sql-files.ts';
import { SQL_DIRECTORY } from '../../collector/src/tenant-tables.ts';

const PLAIN = { name: 'ledgers', isReplicated: false };
const REPLICATED = { name: 'ledgers', isReplicated: true };
const CREATE = `-- One row a thing; ENGINE = Null is not its engine.
CREATE TABLE IF NOT EXISTS things
(
    tenant LowCardinality(String),
    thing_id String
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY day
ORDER BY (tenant, thing_id, day)
SETTINGS index_granularity = 1024`;

const statements = (await readMigrations(SQL_DIRECTORY)).flatMap((file) => file.statements);
const sharded = shardedTables(statements);

test('a table becomes one of its own on each server and a Distributed one over all', () => {
  const stored = CREATE.replace('EXISTS things', 'EXISTS things_local');
  const over =
    "CREATE TABLE IF NOT EXISTS things AS things_local ENGINE = Distributed('ledgers', currentDatabase(), 'things_local', cityHash64(tenant, thing_id))";
  expect(clusterStatements(CREATE, PLAIN, new Set(['things']))).toEqual([stored, over]);
  const replicated =
    "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{database}/{table}/{shard}', '{replica}', version, is_deleted)";
  expect(clusterStatements(CREATE, REPLICATED, new Set(['things']))).toEqual([
    stored
      .replace('ENGINE = ReplacingMergeTree(version, is_deleted)', replicated)
      .replace('SETTINGS ', 'SETTINGS replicated_deduplication_window = 0, '),
    over,
  ]);
});

test('a replicated table without settings of its own gets the one that keeps equal inserts', () => {
  const [stored] = clusterStatements(CREATE.replace(/\nSETTINGS.*/, ''), REPLICATED, new Set(['things']));
  expect(stored).toMatch(/\nORDER BY \(tenant, thing_id, day\)\nSETTINGS replicated_deduplication_window = 0$/);
});

test('an ALTER goes to the stored table, and the Distributed one is made after it again', () => {
  const alter = '-- Why.\nALTER TABLE things\n    ADD COLUMN IF NOT EXISTS size UInt64';
  expect(clusterStatements(alter, PLAIN, new Set(['things']))).toEqual([alter.replace('things', 'things_local')]);
  expect(alteredTable(alter, new Set(['things']))).toBe('things');
  expect(alteredTable(alter, new Set())).toBeUndefined();
  expect(renewDistributed('things', PLAIN, CREATE)).toMatch(
    /^CREATE OR REPLACE TABLE things AS things_local ENGINE = D/,
  );
});

test('what holds no rows stays as it is', async () => {
  const rest = [
    ...statements.filter((text) => /ENGINE = (Null|Join)/.test(text)),
    ...(await readIngest(SQL_DIRECTORY)).flatMap((file) => file.statements),
    ...(await readViews(SQL_DIRECTORY)).flatMap((file) => file.statements),
  ];
  expect(rest.length).toBeGreaterThan(30);
  for (const text of rest) expect(clusterStatements(text, REPLICATED, sharded)).toEqual([text]);
});

test('every table of the MergeTree family is spread, and its sharding key follows from its sorting key', () => {
  const creates = statements.filter((text) => /^ENGINE = \w*MergeTree/m.test(text));
  expect(sharded.size).toBe(creates.length);
  for (const text of creates) {
    const [stored = '', over = ''] = clusterStatements(text, REPLICATED, sharded);
    expect(stored).toMatch(/^CREATE TABLE IF NOT EXISTS \w+_local$/m);
    expect(stored).toMatch(/^ENGINE = Replicated(Replacing)?MergeTree\('\/clickhouse\/tables\//m);
    const columns = /^cityHash64\((.*)\)$/.exec(shardingKey(text))?.[1] ?? shardingKey(text);
    const order = /^ORDER BY \(?(.*)/m.exec(text)?.[1] ?? '';
    expect(order.startsWith(columns), `${order} begins with ${columns}`).toBe(true);
    expect(over.endsWith(`${shardingKey(text)})`)).toBe(true);
  }
});

test('all of a trace lies on one shard, a run likewise, and the log of a collector', () => {
  const keys = Object.fromEntries(
    statements.flatMap((text) => [...shardedTables([text])].map((table) => [table, shardingKey(text)])),
  );
  expect(keys).toMatchObject({
    ledger: 'origin',
    span_rows: 'cityHash64(tenant, trace_id)',
    trace_days: 'cityHash64(tenant, trace_id)',
    step_rows: 'cityHash64(tenant, run_id)',
    event_rows: 'cityHash64(tenant, run_id)',
    run_rows: 'cityHash64(tenant, run_id)',
    content: 'cityHash64(tenant, digest)',
    model_prices: 'cityHash64(tenant, sipHash128(provider, model))',
    settings: 'cityHash64(name)',
  });
});

test('a table without a sorting key is refused', () => {
  expect(() => shardingKey('CREATE TABLE IF NOT EXISTS things\n(\n    x UInt8\n)\nENGINE = MergeTree')).toThrow(
    'ORDER BY',
  );
});
