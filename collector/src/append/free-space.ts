import { z } from 'zod';
import { storedTable } from '../engine/cluster.ts';
import type { Engine } from '../engine/engine-contract.ts';
import { InsertError } from '../engine/insert-error.ts';
import { isNoSpace } from '../engine/no-space.ts';
import { ensureError } from '../errors.ts';

/** Who is told when room runs out. */
export interface FreeSpaceObserver {
  /** No record is taken from now on. `freeBytes` is null where ClickHouse itself refused an insert. */
  full(freeBytes: number | null): void;
  /** Records are taken again. */
  roomAgain(freeBytes: number): void;
  /** It can't be told how much is free; said once until it can be told again. */
  unknown(error: Error): void;
}

/** No look is newer than this while records come. */
const LOOK_EVERY_MS = 1000;
/** Free bytes below which records are not taken again, whatever the bound: else each second some would be, until ClickHouse refuses. */
const ROOM_TO_GO_ON = 16 << 20;

const answer: z.ZodType<{ free_bytes: number }[]> = z.array(z.object({ free_bytes: z.number() }));

/**
 * Keeps the last bytes of the ledger's disks for reading, merging and taking out: it looks once a second while records come, and
 * says that there is no room before the disk is full to the last byte, when not even old data could be taken out any more.
 */
export class FreeSpace {
  readonly #engine: Engine;
  readonly #leastBytes: number;
  readonly #observer: FreeSpaceObserver;
  #isFull = false;
  #isUnknown = false;
  #isStopped = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param leastBytes free bytes below which no record is taken; 0 leaves it to ClickHouse alone */
  constructor(engine: Engine, leastBytes: number, observer: FreeSpaceObserver) {
    this.#engine = engine;
    this.#leastBytes = leastBytes;
    this.#observer = observer;
  }

  /** Whether there is no room for records, as far as is known. Asked for each request, so it never waits. */
  get isFull(): boolean {
    if (this.#leastBytes > 0 && performance.now() - this.#lookedAt > LOOK_EVERY_MS) void this.#look();
    return this.#isFull;
  }

  /** Takes note of a failed insert: was there no room for it? */
  isCauseOf(error: Error): boolean {
    const isCause = error instanceof InsertError && isNoSpace(error);
    if (isCause) this.#turnFull(null);
    return isCause;
  }

  /** Looks no more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    this.#lookedAt = performance.now();
    try {
      const free = await readFreeBytes(this.#engine);
      this.#isUnknown = false;
      if (free < this.#leastBytes) this.#turnFull(free);
      else if (this.#isFull && free >= ROOM_TO_GO_ON) {
        this.#isFull = false;
        this.#observer.roomAgain(free);
      }
    } catch (thrown) {
      // An engine that is away is told of elsewhere.
      if (!this.#isUnknown && this.#engine.state === 'ready') {
        this.#isUnknown = true;
        this.#observer.unknown(ensureError(thrown));
      }
    }
    if (this.#isFull) this.#lookLater();
  }

  #turnFull(freeBytes: number | null): void {
    if (this.#isFull || this.#isStopped) return;
    this.#isFull = true;
    this.#observer.full(freeBytes);
    this.#lookLater();
  }

  /** Without any request too, so that what the collector says of itself is true. */
  #lookLater(): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS).unref();
  }
}

/** What is free on the server with the least room: an insert may go to any of them. */
async function readFreeBytes({ servers }: Engine): Promise<number> {
  return Math.min(...(await Promise.all(servers.map(readFreeBytesOf))));
}

/** The most that is free on one of the disks that a server may write the ledger to. Endless where they have no size. */
async function readFreeBytesOf(server: Engine): Promise<number> {
  const result = await server.client.query({
    query: `SELECT free_space AS free_bytes FROM system.disks
      WHERE name IN (
        SELECT arrayJoin(disks) FROM system.storage_policies
        WHERE policy_name = (
          SELECT storage_policy FROM system.tables WHERE database = currentDatabase() AND name = {ledger:String}
        )
      )`,
    query_params: { ledger: storedTable(server, 'ledger') },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const disks = answer.parse(await result.json());
  return disks.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...disks.map((disk) => disk.free_bytes));
}
