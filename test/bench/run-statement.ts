import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { CollectorProcess } from '../faults/ledger-process.ts';

/** Runs the statement of a file of this folder in the collector's engine, with parameters bound. */
export async function runStatement(
  collector: CollectorProcess,
  file: string,
  parameters: Readonly<Record<string, number | string>> = {},
): Promise<void> {
  await runText(collector, file, await readFile(path.join(import.meta.dirname, file), 'utf8'), parameters);
}

/**
 * Runs a statement in the collector's engine, with parameters bound, however long it takes.
 * @param name what an error calls it
 */
export async function runText(
  collector: CollectorProcess,
  name: string,
  statement: string,
  parameters: Readonly<Record<string, number | string>> = {},
): Promise<void> {
  const bound = Object.entries(parameters).map(([key, value]): [string, string] => [`param_${key}`, String(value)]);
  const query = new URLSearchParams([
    ['database', 'spanledger'],
    ['wait_end_of_query', '1'],
    // Rows come in the order of the table, so that a block holds few days. Of steps one takes 250 MB.
    ['min_insert_block_size_rows', '500000'],
    ['min_insert_block_size_bytes', '0'],
    ['max_partitions_per_insert_block', '0'],
    ['max_threads', '1'],
    // Rows that are generated have different names; to look for equal ones takes twice as long as to write them.
    ['optimize_on_insert', '0'],
    ...bound,
  ]);
  // Not by fetch, which waits five minutes for the headers of an answer at most.
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.request(`${collector.engineUrl}/?${query}`, { method: 'POST' }, resolve).on('error', reject).end(statement);
  });
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(`${name}: ${answer}`);
}
