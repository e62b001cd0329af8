import { createHash } from 'node:crypto';
import path from 'node:path';
import { type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { INGEST_QUERY, INSERT_SETTINGS, LEDGER_QUERY } from '../../collector/src/append/insert-queries.ts';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { HEADER_BYTES } from '../../collector/src/otlp/record-layout.ts';
import { startTestEngine, type TestEngine } from '../engine-fixture.ts';
import type { OtlpRequest } from '../otlp/bodies.ts';
import { ExportLogsServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { ExportTraceServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { signalOf, TENANT, transcoding } from '../otlp/transcoding.ts';
import { logsRequest, traceRequest } from './otlp-messages.ts';
import { canonicalBytes, type Expected, expectedLogs, expectedSpans } from './otlp-records.ts';
import { randomOf, scramble } from './otlp-wire.ts';

let fixture: TestEngine;

beforeAll(async () => {
  fixture = await startTestEngine();
  await migrate(fixture.engine, { directory: path.join(import.meta.dirname, '../../collector/sql') });
});
afterAll(() => fixture.stop());

const one = transcoding();

beforeEach(() => one.clear());

async function rowsOf<T>(query: string): Promise<T[]> {
  const result = await fixture.engine.client.query({
    query,
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  return result.json<T>();
}

/** Inserts the rows into tables that hold no others. */
async function insertAlone(): Promise<void> {
  for (const table of ['ledger', 'span_rows', 'event_rows']) {
    await fixture.engine.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
  const { ledger, ingest } = one.rows;
  await fixture.engine.insert(LEDGER_QUERY, ledger.bytes.subarray(0, ledger.length), INSERT_SETTINGS);
  await fixture.engine.insert(INGEST_QUERY, ingest.bytes.subarray(0, ingest.length), INSERT_SETTINGS);
}

/** Sends each message, scrambled, through the transcoder and gives what the oracle read in the same bytes. */
function take<T extends OtlpRequest>(schema: DescMessage, requests: readonly T[], seed: number): T[] {
  one.clear();
  const random = randomOf(seed);
  return requests.map((request) => {
    const body = scramble(schema, toBinary(schema, request), random);
    const { rejected, message } = one.take(signalOf(request), 'protobuf', body);
    expect([rejected, message]).toEqual([0, '']);
    return fromBinary(schema, body) as T;
  });
}

/** The ledger holds, for each record, exactly the bytes that its documented format asks for, and their hashes. */
async function expectLedger(expected: readonly Expected[][]): Promise<void> {
  const rows = await rowsOf<[string, number, string, string]>(
    'SELECT cursor, origin, lower(hex(canonical)), lower(hex(record_hash)) FROM ledger ORDER BY cursor',
  );
  const written = one.read();
  expect([rows.length, written.length]).toEqual([expected.length, expected.length]);
  for (const [i, [cursor, origin, canonical, hash]] of rows.entries()) {
    const bytes = canonicalBytes(expected[i] as Expected[], BigInt(cursor), origin);
    expect(canonical).toBe(bytes.toString('hex'));
    expect(canonical).toBe(written[i]?.canonical.toString('hex'));
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
}

/** A record's content hash leaves its header out. */
async function expectContentHashes(view: string, where: string): Promise<void> {
  const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const hashes = one.read().map((row) => [hashOf(row.canonical.subarray(HEADER_BYTES))]);
  expect(await rowsOf(`SELECT content_hash FROM ${view} WHERE ${where} ORDER BY cursor`)).toEqual(hashes);
}

/** SQL that prints a column as `Expected` has it. */
function printed({ name, type }: Expected): string {
  const pairs = (map: string): string => `(mapKeys(${map}), mapValues(${map}))`;
  if (type === 'map') return pairs(`\`${name}\``);
  if (type === 'maps') return `arrayMap(one -> ${pairs('one')}, \`${name}\`)`;
  if (type === 'hex') return `lower(hex(\`${name}\`))`;
  if (type === 'hexes') return `arrayMap(one -> lower(hex(one)), \`${name}\`)`;
  return `\`${name}\``;
}

async function expectRows(
  table: string,
  where: string,
  columns: string[],
  expected: readonly Expected[][],
): Promise<void> {
  if (expected.length === 0) return;
  const picked = expected.map((fields) =>
    columns.map((name) => fields.find((field) => field.name === name) as Expected),
  );
  const sql = (picked[0] ?? []).map(printed).join(', ');
  const rows = await rowsOf(`SELECT ${sql} FROM ${table} WHERE ${where} ORDER BY cursor`);
  expect(rows).toEqual(picked.map((fields) => fields.map((field) => field.value)));
}

const seed = fc.nat(2 ** 31);

test('spans are stored as the oracle reads them', async () => {
  const requests = fc.array(traceRequest, { minLength: 8, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(requests, seed, async (messages, number) => {
      const expected = take(ExportTraceServiceRequestSchema, messages, number).flatMap(expectedSpans);
      await insertAlone();
      await expectLedger(expected);
      const absent = ['signal', 'body', 'body_kind'];
      const columns = (expected[0] ?? []).map((field) => field.name).filter((name) => !absent.includes(name));
      await expectRows('span_rows', '1', columns, expected);
      await expectSpanEvents(expected);
      await expectContentHashes('spans', '1');
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

/** The events of the spans stand in the view `events` too, one row each, in order; of spans of one name those of the first. */
async function expectSpanEvents(all: readonly Expected[][]): Promise<void> {
  const fieldOf = (fields: readonly Expected[], name: string) => fields.find((field) => field.name === name)?.value;
  const nameOf = (fields: readonly Expected[]) =>
    JSON.stringify([fieldOf(fields, 'trace_id'), fieldOf(fields, 'span_id')]);
  const expected = [...Map.groupBy(all, nameOf).values()].flatMap(([first]) => (first === undefined ? [] : [first]));
  const listOf = (fields: Expected[], name: string): unknown[] => fieldOf(fields, `events.${name}`) as unknown[];
  const names = ['time_unix_nano', 'name', 'attributes', 'attribute_kinds', 'dropped_attributes_count'];
  const events = expected.flatMap((fields) =>
    listOf(fields, 'name').map((_, i) => names.map((name) => listOf(fields, name)[i])),
  );
  const rows = await rowsOf(
    `SELECT time_unix_nano, name, (mapKeys(attributes), mapValues(attributes)), attribute_kinds, dropped_attributes_count
     FROM events WHERE source = 'span_event' ORDER BY cursor, toUInt32(splitByChar(':', event_id)[3])`,
  );
  expect(rows).toEqual(events);
}

const RENAMED: Readonly<Record<string, string>> = {
  start_time_unix_nano: 'time_unix_nano',
  end_time_unix_nano: 'observed_time_unix_nano',
  status_code: 'severity_number',
  status_message: 'severity_text',
};

test('log records are stored as the oracle reads them', async () => {
  const requests = fc.array(logsRequest, { minLength: 8, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(requests, seed, async (messages, number) => {
      const expected = take(ExportLogsServiceRequestSchema, messages, number).flatMap(expectedLogs);
      await insertAlone();
      await expectLedger(expected);
      const columns = ['trace_id', 'span_id', 'flags', 'name', ...Object.values(RENAMED), 'body', 'body_kind'];
      columns.push(
        'attributes',
        'attribute_kinds',
        'dropped_attributes_count',
        'resource_attributes',
        'scope_attributes',
      );
      const renamed = expected.map((fields) =>
        fields.map((field) => ({ ...field, name: RENAMED[field.name] ?? field.name })),
      );
      await expectRows('event_rows', "source = 'log'", columns, renamed);
      await expectContentHashes('events', "source = 'log'");
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test('nothing above was stored for another tenant', async () => {
  expect(await rowsOf(`SELECT count() FROM content WHERE tenant != '${TENANT}'`)).toEqual([['0']]);
});
