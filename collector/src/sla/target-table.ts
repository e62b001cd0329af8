import type { Engine } from '../engine/engine-contract.ts';
import type { SlaTarget } from './target.ts';

/** Where a target is edited. */
export type TargetSource = 'api' | 'file';

/** A target and how it is named. */
export interface NamedTarget {
  readonly tenant: string;
  readonly target_id: string;
  readonly target: SlaTarget;
}

/** Writes targets. */
export interface SlaTargetWriter {
  /** Puts a target of the API in place of what stands under its id. @param by key id of who asks */
  put(named: NamedTarget, by: string): Promise<void>;
  /** Takes a target of the API away. */
  remove(named: NamedTarget, by: string): Promise<void>;
}

/**
 * Writes a target, or that it is gone. The version is the time of this query, never less than what stands, so that the last to write
 * wins whatever its clock says.
 */
const INSERT = `INSERT INTO sla_target_rows
  SELECT {tenant:String}, {source:String}, {target_id:String},
    greatest(
      toUInt64(toUnixTimestamp64Nano(now64(9))),
      (SELECT max(version) + 1 FROM sla_target_rows
        WHERE tenant = {tenant:String} AND source = {source:String} AND target_id = {target_id:String})
    ),
    {is_deleted:UInt8}, {agent_name:String}, {node_id:String}, {window_seconds:UInt32},
    {p50_ms:Nullable(Float64)}, {p95_ms:Nullable(Float64)}, {p99_ms:Nullable(Float64)}, {error_rate:Nullable(Float64)},
    {min_count:UInt32}, {enabled:Bool}, now64(3), {by:String}`;

/** The table `sla_target_rows`. */
export class SlaTargetTable implements SlaTargetWriter {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async put(named: NamedTarget, by: string): Promise<void> {
    await this.write('api', named, by, false);
  }

  async remove(named: NamedTarget, by: string): Promise<void> {
    await this.write('api', named, by, true);
  }

  /** Targets of a file, of all tenants. */
  async ofFile(): Promise<NamedTarget[]> {
    const result = await this.#engine.client.query({
      query: `SELECT tenant, target_id, agent_name, node_id, window_seconds, p50_ms, p95_ms, p99_ms, error_rate, min_count, enabled
        FROM sla_targets WHERE source = 'file'`,
      format: 'JSONEachRow',
    });
    const rows = await result.json<SlaTarget & { tenant: string; target_id: string }>();
    return rows.map(({ tenant, target_id, ...target }) => ({ tenant, target_id, target }));
  }

  /** Writes one row. */
  async write(source: TargetSource, named: NamedTarget, by: string, isDeleted: boolean): Promise<void> {
    const { tenant, target_id, target } = named;
    await this.#engine.client.command({
      query: INSERT,
      query_params: { ...target, tenant, source, target_id, by, is_deleted: Number(isDeleted) },
    });
  }
}
