import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { z } from 'zod';
import type { Engine } from './engine-contract.ts';
import { isGone, processIdentity } from './process-identity.ts';
import { sqlIdentifier, sqlString } from './sql-text.ts';

/** Another process's claim to the same lock. */
export interface OtherClaim {
  readonly table: string;
  /** `host:pid`, for messages. */
  readonly owner: string;
  /** Whether it was not renewed in time, or its process is known to have ended. */
  readonly expired: boolean;
}

const rows = z.array(z.object({ name: z.string(), comment: z.string(), now: z.coerce.number() }));
const comment = z.object({ owner: z.string(), process: z.string().default(''), expires: z.number() });

/** One process's claim to a lock: a table of its own; see `withTableLock`. */
export class LockClaim {
  readonly table: string;
  readonly #engine: Engine;
  readonly #name: string;
  readonly #expiryMs: number;

  private constructor(engine: Engine, name: string, expiryMs: number) {
    this.table = `lock_${name}_${randomUUID().replaceAll('-', '')}`;
    this.#engine = engine;
    this.#name = name;
    this.#expiryMs = expiryMs;
  }

  /** Makes the table. It holds the lock only when `others()`, asked after this, has no unexpired one. */
  static async make(engine: Engine, name: string, expiryMs: number): Promise<LockClaim> {
    const claim = new LockClaim(engine, name, expiryMs);
    const text = await claim.#comment();
    await engine.client.command({
      query: `CREATE TABLE ${sqlIdentifier(claim.table)} (x UInt8) ENGINE = Memory COMMENT ${text}`,
    });
    return claim;
  }

  /** Gives all claims to the lock `name`. */
  static async others(engine: Engine, name: string, own = ''): Promise<OtherClaim[]> {
    const answer = await engine.client.query({
      query:
        'SELECT name, comment, toUnixTimestamp64Milli(now64(3)) AS now FROM system.tables ' +
        'WHERE database = currentDatabase() AND match(name, {pattern:String}) AND name != {own:String} ORDER BY name',
      query_params: { pattern: `^lock_${name}_[0-9a-f]{32}$`, own },
      format: 'JSONEachRow',
    });
    return rows.parse(await answer.json()).map((row) => {
      const { owner, process: identity, expires } = comment.parse(JSON.parse(row.comment));
      return { table: row.name, owner, expired: expires < row.now || isGone(identity) };
    });
  }

  others(): Promise<OtherClaim[]> {
    return LockClaim.others(this.#engine, this.#name, this.table);
  }

  /** Moves the expiry; fails when the table is gone. */
  async renew(): Promise<void> {
    const text = await this.#comment();
    await this.#engine.client.command({ query: `ALTER TABLE ${sqlIdentifier(this.table)} MODIFY COMMENT ${text}` });
  }

  /** Whether no other process has cleared this claim away. */
  async exists(): Promise<boolean> {
    const answer = await this.#engine.client.query({
      query: `EXISTS TABLE ${sqlIdentifier(this.table)}`,
      format: 'TabSeparated',
    });
    return (await answer.text()).trim() === '1';
  }

  /** Drops this claim, or an expired one. */
  async drop(table: string = this.table): Promise<void> {
    await this.#engine.client.command({ query: `DROP TABLE IF EXISTS ${sqlIdentifier(table)} SYNC` });
  }

  async #comment(): Promise<string> {
    const answer = await this.#engine.client.query({
      query: 'SELECT toUnixTimestamp64Milli(now64(3))',
      format: 'TabSeparated',
    });
    const expires = Number(await answer.text()) + this.#expiryMs;
    return sqlString(JSON.stringify({ owner: `${os.hostname()}:${process.pid}`, process: processIdentity(), expires }));
  }
}
