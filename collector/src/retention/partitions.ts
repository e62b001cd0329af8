import { z } from 'zod';
import { storedTable } from '../engine/cluster.ts';
import type { Engine } from '../engine/engine-contract.ts';
import { EXPIRING_TABLES } from './table-classes.ts';

/** Id of the partition of what started far from its arrival. */
export const ODD_PARTITION = '19700101';

/** A partition as it stands on disk. */
export interface Partition {
  readonly table: string;
  /** `YYYYMMDD` or `YYYYMM`. */
  readonly id: string;
  readonly rows: number;
  /** Bytes on disk. */
  readonly bytes: number;
}

const partitions: z.ZodType<Partition[]> = z.array(
  z.object({ table: z.string(), id: z.string().regex(/^\d{6,8}$/), rows: z.number(), bytes: z.number() }),
);

/** Reads which partitions the tables that expire have on this server, the oldest first. */
export async function readPartitions(engine: Engine): Promise<Partition[]> {
  const names = new Map(EXPIRING_TABLES.map(({ table }) => [storedTable(engine, table), table]));
  const result = await engine.client.query({
    query: `SELECT table, partition_id AS id, sum(rows) AS rows, sum(bytes_on_disk) AS bytes
      FROM system.parts
      WHERE active AND database = currentDatabase() AND table IN {tables:Array(String)}
      GROUP BY table, id ORDER BY id, table`,
    query_params: { tables: [...names.keys()] },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const found = partitions.parse(await result.json());
  return found.map((one) => ({ ...one, table: names.get(one.table) ?? one.table }));
}

/** The day of a day's partition, as `2026-01-31`. */
export function partitionDay({ id }: Partition): string {
  return `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}`;
}
