import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../engine/engine-contract.ts';
import { awaitReplicas } from '../engine/replica-watch.ts';
import { withTableLock } from '../engine/table-lock.ts';
import { ConfigurationError } from '../errors.ts';
import { GREATEST_ORIGIN } from '../otlp/cursor-clock.ts';
import { isUnharmed, noteStart } from './last-stop.ts';

/** A collector's place in the ledger. */
export interface Origin {
  /** Its number, 0 to 1023. */
  readonly number: number;
  /** Identifier of its data directory, a UUID. */
  readonly instance: string;
  /** Greatest cursor that is known of it; 0 for a new one. */
  readonly cursor: bigint;
  /** Cursor up to which its records surely stand settled in the derived tables. */
  readonly settled: bigint;
}

interface OriginRow {
  readonly origin: number;
  readonly instance: string;
  readonly cursor: string;
  readonly settled: string;
}

/** Ledger time that is derived again where the machine may have lost what it had not written to the disk: derived tables are not fsynced, unlike the ledger. */
const UNSURE_MILLISECONDS = 120_000n;

const WHERE_ORIGINS_ARE = ['origins', 'ledger'] as const;

/**
 * Takes the number under which this collector writes: the one that its data directory had before, else the least that is free. That
 * under a lock, so that two collectors that start together get two numbers.
 *
 * @throws ConfigurationError `NO_ORIGIN_LEFT` where all 1,024 numbers are taken
 */
export async function claimOrigin(engine: Engine, dataDirectory: string): Promise<Origin> {
  const instance = await openInstanceId(dataDirectory);
  await awaitReplicas(engine, WHERE_ORIGINS_ARE);
  const own = (await readOrigins(engine)).find((row) => row.instance === instance);
  const origin =
    own === undefined
      ? await takeNew(engine, instance)
      : await takeAgain(engine, own, await isUnharmed(engine, dataDirectory));
  await noteStart(dataDirectory);
  return origin;
}

function takeNew(engine: Engine, instance: string): Promise<Origin> {
  return withTableLock(engine, 'origins', async (assertHeld) => {
    await awaitReplicas(engine, WHERE_ORIGINS_ARE);
    const number = leastFree(await readOrigins(engine));
    const origin: Origin = { number, instance, cursor: await greatestInLedger(engine, number), settled: 0n };
    await assertHeld();
    await writeOrigin(engine, origin, origin.cursor, origin.settled);
    return origin;
  });
}

async function takeAgain(engine: Engine, own: OriginRow, isSafe: boolean): Promise<Origin> {
  const inLedger = await greatestInLedger(engine, own.origin);
  const noted = BigInt(own.cursor);
  const settled = BigInt(own.settled);
  const origin: Origin = {
    number: own.origin,
    instance: own.instance,
    cursor: inLedger > noted ? inLedger : noted,
    settled: isSafe ? settled : before(settled),
  };
  // Before the start is noted: should this one not come to derive again what it is not sure of, the next one will.
  await writeOrigin(engine, origin, origin.cursor, origin.settled);
  return origin;
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
