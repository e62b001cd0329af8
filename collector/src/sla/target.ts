import { z } from 'zod';
import { windowLength } from './window.ts';

/** What the latencies and the error rate of an agent, a node or both should be within a window. */
export interface SlaTarget {
  /** Agent; empty for any. */
  readonly agent_name: string;
  /** Node; empty for any. */
  readonly node_id: string;
  /** Length of the windows, seconds. */
  readonly window_seconds: number;
  /** Most that the median may be, milliseconds; null for no target. So the next two. */
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  /** Most that the share of failed steps may be, 0 to 1; null for no target. */
  readonly error_rate: number | null;
  /** Steps that a window needs before it can be a breach. */
  readonly min_count: number;
  readonly enabled: boolean;
}

/** Most targets of a tenant that the API takes, and most of a file. */
export const MOST_TARGETS = 1000;

const name = (what: string): z.ZodType<string, string | undefined> =>
  z
    .string()
    .max(512, 'must be at most 512 characters')
    .transform((text) => (text === '*' ? '' : text))
    .default('')
    .meta({ description: `${what}; empty or * for any` });
const latency = (what: string): z.ZodType<number | null, number | null | undefined> =>
  z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .default(null)
    .meta({ description: `Most that ${what} may be, milliseconds` });

const fields = {
  agent_name: name('Agent'),
  node_id: name('Node'),
  window_seconds: windowLength.default(3600).meta({ description: 'Length of the windows: seconds, or 5m, 1h, 1d' }),
  p50_ms: latency('the median'),
  p95_ms: latency('the 95th percentile'),
  p99_ms: latency('the 99th percentile'),
  error_rate: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .meta({ description: 'Most that the share of failed steps may be, 0 to 1' }),
  min_count: z
    .int()
    .min(1)
    .max(1e9)
    .default(10)
    .meta({ description: 'Steps that a window needs before it can be a breach' }),
  enabled: z.boolean().default(true).meta({ description: 'False for a target that is kept but does not apply' }),
} as const;

/** Id of a target. */
export const targetId: z.ZodType<string> = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'must be 1 to 100 letters, digits, _ . -');

type Latencies = Pick<SlaTarget, 'p50_ms' | 'p95_ms' | 'p99_ms'>;

/** Notes an issue when a percentile's target is below that of a lower one. */
function checkOrder(target: Latencies, context: z.RefinementCtx): void {
  let before: keyof Latencies | undefined;
  for (const field of ['p50_ms', 'p95_ms', 'p99_ms'] as const) {
    const most = target[field];
    if (most === null) continue;
    if (before !== undefined && most < (target[before] ?? 0)) {
      context.addIssue({ code: 'custom', path: [field], message: `must not be below ${before}` });
    }
    before = field;
  }
}

/** A target as the API takes it: unknown fields are refused, what is left out has its default. */
export const slaTarget: z.ZodType<SlaTarget> = z
  .strictObject(fields)
  .superRefine(checkOrder)
  .meta({ id: 'SlaTargetInput' });

/** A target as it stands in a file. */
export interface FileTarget extends SlaTarget {
  readonly target_id: string;
  /** Tenant that it is for; not there for the collector's own. */
  readonly tenant?: string | undefined;
}

/** A target of a file: as the API takes it, with its id and its tenant. */
export const fileTarget: z.ZodType<FileTarget> = z
  .strictObject({ target_id: targetId, tenant: z.string().min(1).max(100).optional(), ...fields })
  .superRefine(checkOrder);
