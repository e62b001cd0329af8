import { ClickHouseError } from '@clickhouse/client';
import { storedTable } from '../engine/cluster.ts';
import type { Engine } from '../engine/engine-contract.ts';
import { chunks } from './chunks.ts';
import type { StepRow } from './read-steps.ts';

/** A record by its place in the ledger. */
export interface RecordPlace {
  readonly origin: number;
  /** Cursor as decimal text. */
  readonly cursor: string;
}

const RECORDS_AT_ONCE = 500;
/** ClickHouse's code for a deletion that waits for a replica. */
const UNFINISHED = '341';
/** Exact: the index on the cursor must not hide the row that stands before one of the records. */
const EXACT_INDEX = { use_skip_indexes_if_final: 1, use_skip_indexes_if_final_exact_mode: 1 } as const;

/** Takes the step rows of records out for good. Costly, so only for records that must leave no mark: see `StepFindings.intruders`. */
export async function forgetSteps(engine: Engine, records: readonly RecordPlace[]): Promise<void> {
  for (const some of chunks(records, RECORDS_AT_ONCE)) {
    const { places, cursors } = listsOf(some);
    await deleteSteps(engine, `cursor IN (${cursors}) AND (origin, cursor) IN (${places})`);
  }
}

/** Takes out the step rows of spans that lost their name, and of the same spans again: another copy would come to light. */
export async function forgetLosers(engine: Engine, tenant: string, rows: readonly StepRow[]): Promise<void> {
  for (const some of chunks(rows, RECORDS_AT_ONCE)) {
    const names = some.map(
      ({ trace_id, span_id, position }) =>
        `(trace_id = unhex('${trace_id}') AND span_id = unhex('${span_id}') AND cursor >= ${BigInt(position)})`,
    );
    await deleteSteps(engine, `tenant = {tenant:String} AND source = 'outcome' AND (${names.join(' OR ')})`, {
      tenant,
    });
  }
}

/** Marks the event rows of records as deleted. An event's name is its record's, so the mark hides only what has lost that name too. */
export async function hideEvents(engine: Engine, records: readonly RecordPlace[]): Promise<void> {
  for (const some of chunks(records, RECORDS_AT_ONCE)) {
    const { places, cursors } = listsOf(some);
    await engine.client.command({
      query: `INSERT INTO event_rows SELECT * REPLACE (1 AS is_deleted) FROM event_rows FINAL
        WHERE cursor IN (${cursors}) AND (origin, cursor) IN (${places})`,
      clickhouse_settings: { optimize_on_insert: 0, ...EXACT_INDEX },
    });
  }
}

/** Takes out the step rows that decisions among the records left, where they stand. */
export async function forgetDecisions(engine: Engine, records: readonly RecordPlace[]): Promise<void> {
  for (const some of chunks(records, RECORDS_AT_ONCE)) {
    const { places, cursors } = listsOf(some);
    const result = await engine.client.query({
      query: `SELECT origin, toString(step_rows.cursor) AS cursor FROM step_rows FINAL
        WHERE source = 'decision' AND step_rows.cursor IN (${cursors}) AND (origin, step_rows.cursor) IN (${places})`,
      format: 'JSONEachRow',
      clickhouse_settings: EXACT_INDEX,
    });
    await forgetSteps(engine, await result.json<RecordPlace>());
  }
}

async function deleteSteps(engine: Engine, condition: string, parameters: { tenant?: string } = {}): Promise<void> {
  for (const shard of engine.shards) {
    try {
      await shard.client.command({
        query: `DELETE FROM ${storedTable(shard, 'step_rows')} WHERE ${condition}`,
        query_params: parameters,
      });
    } catch (thrown) {
      if (!isLeftToReplica(thrown)) throw thrown;
    }
  }
}

/** Whether all replicas that are there have deleted. One that is away does so when it is back, before it counts for a reader: see `ReplicaWatch`. */
function isLeftToReplica(thrown: unknown): boolean {
  return thrown instanceof ClickHouseError && thrown.code === UNFINISHED;
}

function listsOf(records: readonly RecordPlace[]): { places: string; cursors: string } {
  const cursors = records.map((one) => BigInt(one.cursor).toString());
  return {
    places: records.map((one, index) => `(${one.origin}, ${cursors[index]})`).join(', '),
    cursors: cursors.join(', '),
  };
}
