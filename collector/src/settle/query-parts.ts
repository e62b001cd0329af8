import type { ClickHouseClient } from '@clickhouse/client';
import { MOST_PARAMETER_BYTES, parameterBytes } from '../engine/parameter-size.ts';

/** Those who ask can't wait, the background can: on one thread a query takes less CPU. */
export const IN_BACKGROUND = { max_threads: 1 } as const;

/**
 * Parts of a list, each short enough for a parameter of a query, and no shorter: each query reads what the last ones wrote, so few long
 * lists beat many short ones.
 */
export function* partsOf(values: readonly string[]): Generator<string[]> {
  let part: string[] = [];
  let bytes = 0;
  for (const value of values) {
    const size = parameterBytes(value);
    if (part.length > 0 && bytes + size > MOST_PARAMETER_BYTES) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(value);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

/**
 * Asks a query as often as its lists need it, and gives the rows of all answers, each as the values of its columns: of many rows the
 * names would be most of the text.
 *
 * @param lists arrays that the query asks membership of, all of them (`AND`); where one is empty there is no row
 */
export async function queryParts<T extends readonly unknown[]>(
  client: ClickHouseClient,
  query: string,
  parameters: Readonly<Record<string, unknown>>,
  lists: Readonly<Record<string, readonly string[]>>,
): Promise<T[]> {
  let combinations: Record<string, unknown>[] = [{ ...parameters }];
  for (const [name, values] of Object.entries(lists)) {
    const parts = [...partsOf(values)];
    combinations = combinations.flatMap((one) => parts.map((part) => ({ ...one, [name]: part })));
  }
  const rows: T[] = [];
  for (const combination of combinations) {
    const result = await client.query({
      query,
      query_params: combination,
      format: 'JSONCompact',
      use_multipart_params: true,
      clickhouse_settings: IN_BACKGROUND,
    });
    for (const row of (await result.json<T>()).data) rows.push(row);
  }
  return rows;
}
