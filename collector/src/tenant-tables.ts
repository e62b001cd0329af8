import { fileURLToPath } from 'node:url';
import { STORED_SUFFIX } from './engine/cluster-sql.ts';
import type { TenantSchema } from './engine/reader-user.ts';

/** Folder of migrations and views. */
export const SQL_DIRECTORY: string = fileURLToPath(new URL('../sql', import.meta.url));

/** Tables, and materialized views that read them, whose rows belong to a tenant: the row policies of readers apply to each. */
export const TENANT_TABLES: readonly string[] = [
  'conflict_rows',
  'content',
  'cost_days',
  'event_names',
  'event_rows',
  'executed_days',
  'ingest',
  'ingest_to_recorded',
  'latency_days',
  'ledger',
  'model_prices',
  'recorded',
  'recorded_to_event_names',
  'recorded_to_event_rows_log',
  'recorded_to_event_rows_span',
  'recorded_to_run_traces',
  'recorded_to_span_rows',
  'recorded_to_step_rows',
  'recorded_to_touched',
  'recorded_to_trace_days',
  'reject_rows',
  'run_rows',
  'run_traces',
  'sla_target_rows',
  'span_rows',
  'step_rows',
  'touched',
  'trace_days',
  'violation_days',
];

/** Views that read with the rights of who made them, since readers may not see what they read, and that hold nothing of any tenant. */
export const SHARED_VIEWS: readonly string[] = ['source_days'];

/** Columns that hold content as it came: readers without the scope `audit` may not read them. */
const CONTENT_COLUMNS: readonly (readonly [table: string, column: string])[] = [
  ['content', 'text'],
  ['reject_rows', 'raw'],
];

/** Columns of tables without a tenant that name what some tenant has, such as the names of its models: no reader may read them. */
const HIDDEN_COLUMNS: readonly (readonly [table: string, column: string])[] = [
  ['price_lookup', 'name'],
  ['price_lookup', 'offers'],
];

/** What readers may not see, for whoever makes them. */
export const TENANT_SCHEMA: Required<Omit<TenantSchema, 'database'>> = {
  tenantTables: TENANT_TABLES,
  contentColumns: CONTENT_COLUMNS,
  hiddenColumns: HIDDEN_COLUMNS,
};

/** The same for a cluster's servers, where rows lie in tables of their own beside the Distributed ones. */
export function clusterSchema(): Required<Omit<TenantSchema, 'database'>> {
  const stored = (table: string): string => `${table}${STORED_SUFFIX}`;
  const columns = (list: readonly (readonly [string, string])[]): (readonly [string, string])[] => [
    ...list,
    ...list.map(([table, column]) => [stored(table), column] as const),
  ];
  return {
    tenantTables: [...TENANT_TABLES, ...TENANT_TABLES.map(stored)],
    contentColumns: columns(CONTENT_COLUMNS),
    hiddenColumns: HIDDEN_COLUMNS,
  };
}
