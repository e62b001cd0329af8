import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../engine/engine-contract.ts';
import { withTableLock } from '../engine/table-lock.ts';
import { ConfigurationError } from '../errors.ts';
import { GREATEST_ORIGIN } from '../otlp/cursor-clock.ts';

/** A collector's place in the ledger. */
export interface Origin {
  /** Its number, 0 to 1023. */
  readonly number: number;
  /** Identifier of its data directory, a UUID. */
  readonly instance: string;
  /** Greatest cursor that is known of it; 0 for a new one. */
  readonly cursor: bigint;
  /** Cursor up to which its records are settled. */
  readonly settled: bigint;
}

interface OriginRow {
  readonly origin: number;
  readonly instance: string;
  readonly cursor: string;
  readonly settled: string;
}

/** Ledger time that is derived again after a stop that was not clean: derived tables are not fsynced, unlike the ledger. */
const UNSURE_MILLISECONDS = 120_000n;
const CLEAN_STOP_FILE = 'clean-stop';

/**
 * Takes the number under which this collector writes: the one that its data directory had before, else the least that is free. Under
 * a lock, so that two collectors that start together get two numbers.
 *
 * @throws ConfigurationError `NO_ORIGIN_LEFT` where all 1,024 numbers are taken
 */
export async function claimOrigin(engine: Engine, dataDirectory: string): Promise<Origin> {
  const instance = await openInstanceId(dataDirectory);
  return withTableLock(engine, 'origins', async (assertHeld) => {
    const rows = await readOrigins(engine);
    const own = rows.find((row) => row.instance === instance);
    const number = own?.origin ?? leastFree(rows);
    const inLedger = await greatestInLedger(engine, number);
    const noted = BigInt(own?.cursor ?? '0');
    const settled = BigInt(own?.settled ?? '0');
    const sure = await takeCleanStop(dataDirectory);
    const origin: Origin = {
      number,
      instance,
      cursor: inLedger > noted ? inLedger : noted,
      settled: sure ? settled : before(settled),
    };
    await assertHeld();
    await writeOrigin(engine, origin, origin.cursor, origin.settled);
    return origin;
  });
}

/** Notes that everything was settled and stopped in order, so that the next start has nothing to repair. */
export async function noteCleanStop(dataDirectory: string): Promise<void> {
  await writeFile(path.join(dataDirectory, CLEAN_STOP_FILE), '', { flush: true });
}

async function takeCleanStop(dataDirectory: string): Promise<boolean> {
  try {
    await rm(path.join(dataDirectory, CLEAN_STOP_FILE));
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return false;
    throw thrown;
  }
}

function before(cursor: bigint): bigint {
  const margin = UNSURE_MILLISECONDS << 22n;
  return cursor > margin ? cursor - margin : 0n;
}

/** Notes how far the origin is acknowledged and settled. */
export async function writeOrigin(engine: Engine, origin: Origin, cursor: bigint, settled: bigint): Promise<void> {
  await engine.client.insert({
    table: 'origins',
    format: 'JSONEachRow',
    values: [
      {
        origin: origin.number,
        instance: origin.instance,
        cursor: cursor.toString(),
        settled: settled.toString(),
        updated_at: Date.now(),
      },
    ],
  });
}

async function readOrigins(engine: Engine): Promise<OriginRow[]> {
  const result = await engine.client.query({
    query: 'SELECT origin, instance, toString(cursor) AS cursor, toString(settled) AS settled FROM origins FINAL',
    format: 'JSONEachRow',
  });
  return result.json<OriginRow>();
}

async function greatestInLedger(engine: Engine, origin: number): Promise<bigint> {
  const result = await engine.client.query({
    query: `SELECT toString(cursor) AS greatest FROM ledger
      WHERE origin = {origin:UInt16} ORDER BY origin DESC, ledger.cursor DESC LIMIT 1`,
    query_params: { origin },
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ greatest: string }>();
  return BigInt(row?.greatest ?? '0');
}

function leastFree(rows: readonly OriginRow[]): number {
  const taken = new Set(rows.map((row) => row.origin));
  for (let number = 0; number <= GREATEST_ORIGIN; number++) if (!taken.has(number)) return number;
  throw new ConfigurationError(
    'NO_ORIGIN_LEFT',
    `all ${GREATEST_ORIGIN + 1} origin numbers are taken: see the table origins`,
  );
}

async function openInstanceId(dataDirectory: string): Promise<string> {
  const file = path.join(dataDirectory, 'instance-id');
  try {
    const instance = randomUUID();
    await writeFile(file, instance, { flag: 'wx', flush: true });
    return instance;
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
  return (await readFile(file, 'utf8')).trim();
}
