import { z } from 'zod';
import type { Engine } from '../engine/engine-contract.ts';

/** The fullest of the engine's disks, in bytes. */
export interface Disk {
  readonly free_bytes: number;
  readonly total_bytes: number;
}

const rows: z.ZodType<Disk[]> = z.array(z.object({ free_bytes: z.number(), total_bytes: z.number() }));

/** Reads how much room is left for data, on the fullest server. Disks without a size, such as object stores, do not count; without others it is 0 of 0. */
export async function readDisk({ servers }: Engine): Promise<Disk> {
  const disks = (await Promise.all(servers.map(readDiskOf))).filter((disk) => disk.total_bytes > 0);
  const share = (disk: Disk): number => disk.free_bytes / disk.total_bytes;
  disks.sort((left, right) => share(left) - share(right));
  return disks[0] ?? { free_bytes: 0, total_bytes: 0 };
}

async function readDiskOf(engine: Engine): Promise<Disk> {
  const result = await engine.client.query({
    query: `SELECT free_space AS free_bytes, total_space AS total_bytes FROM system.disks
      WHERE total_space > 0 AND total_space < 9223372036854775807 ORDER BY free_bytes / total_bytes LIMIT 1`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return rows.parse(await result.json())[0] ?? { free_bytes: 0, total_bytes: 0 };
}
