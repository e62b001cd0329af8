import { z } from 'zod';
import * as field from './fields.ts';
import { type Api, describe, query } from './route.ts';

/** How the collector is. */
export interface CollectorStatus {
  /** Number of the collector's log. */
  readonly origin: number;
  /** Every record up to this cursor is in the ledger; a decimal string. */
  readonly watermark: string;
  /** Every record up to this cursor stands in the views; a decimal string. */
  readonly projected: string;
  /** Every record up to this cursor is settled in the views; a decimal string. */
  readonly settled: string;
  /** Code of why no record is taken now; null while records are taken. */
  readonly refusing: 'DISK_FULL' | 'STORE_UNAVAILABLE' | null;
  readonly engine: {
    readonly kind: 'embedded' | 'remote';
    readonly version: string;
    readonly state: 'starting' | 'ready' | 'down' | 'stopped';
  };
}

const status: z.ZodType<CollectorStatus> = z
  .object({
    origin: field.count,
    watermark: field.decimalString,
    projected: field.decimalString,
    settled: field.decimalString,
    refusing: z.enum(['DISK_FULL', 'STORE_UNAVAILABLE']).nullable().meta({ description: 'Why no record is taken now' }),
    engine: z.object({
      kind: z.enum(['embedded', 'remote']),
      version: z.string(),
      state: z.enum(['starting', 'ready', 'down', 'stopped']),
    }),
  })
  .meta({ id: 'CollectorStatus' });

/** Adds `/v1/status`. */
export function addStatus(api: Api, statusOf: () => CollectorStatus | Promise<CollectorStatus>): void {
  api.get('/v1/status', describe('admin', 'How the collector is', status), query(z.strictObject({})), async (context) =>
    context.json(await statusOf()),
  );
}
