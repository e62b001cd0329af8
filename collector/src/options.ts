import { z } from 'zod';
import { type KeyRecord, TENANT_PATTERN } from './keys/key-records.ts';

/** A number, or text of digits alone: coercion would take an empty value for 0, which means any free port. */
function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodType<number, number | string> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const digits = z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number);
  const inRange = (value: number): boolean => Number.isSafeInteger(value) && value >= min && value <= max;
  return z.union([z.number(), digits], { error: `must be a whole number ${range}` }).refine(inRange, {
    error: `must be a whole number ${range}`,
  });
}

const port = wholeNumber(0, 65_535);
const bytes = wholeNumber(1024);
const days = wholeNumber(0, 36_500);
const words = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(',').map((word) => word.trim())),
]);

/**
 * Options of the collector, checked. Each has one name in three spellings: `--data-dir`, `SPANLEDGER_DATA_DIR`, and `data_dir` in the
 * configuration file. What each means and its default stand in the schema below.
 */
export interface Options {
  readonly data_dir: string;
  readonly host: string;
  readonly port: number;
  readonly grpc_port: number;
  readonly clickhouse_http_port: number;
  readonly clickhouse_tcp_port: number;
  readonly clickhouse_url?: string | undefined;
  readonly cluster?: string | undefined;
  readonly cluster_urls: string[];
  readonly clickhouse_memory?: number | undefined;
  readonly tenant: string;
  readonly keys_file: string;
  readonly embedded_readers: 'off' | 'trusted';
  /** Keys of `SPANLEDGER_KEYS`, which is no flag and stands in no file. */
  readonly keys: readonly KeyRecord[];
  readonly max_body_bytes: number;
  readonly max_in_flight_bytes: number;
  readonly min_free_bytes: number;
  readonly run_idle_seconds: number;
  readonly sla_targets_file?: string | undefined;
  readonly retention_days: number;
  readonly retention_ledger_days?: number | undefined;
  readonly retention_content_days?: number | undefined;
  readonly retention_derived_days?: number | undefined;
  readonly retention_rejects_days?: number | undefined;
  readonly allowed_origins: string[];
  readonly allowed_hosts: string[];
  readonly log_level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

const shape = {
  data_dir: z.string().min(1).default('.spanledger').describe('directory of all data; made if need be'),
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  port: port.default(4318).describe('port of OTLP/HTTP and of the API; 0 takes a free one'),
  grpc_port: port.default(4317).describe('port of OTLP/gRPC; 0 takes a free one'),
  clickhouse_http_port: port
    .default(8123)
    .describe("port of the embedded ClickHouse's HTTP, on loopback; 0 takes a free one"),
  clickhouse_tcp_port: port.default(9000).describe("port of the embedded ClickHouse's native protocol, on loopback"),
  clickhouse_url: z
    .string()
    .min(1)
    .optional()
    .describe('a ClickHouse server to use instead of the embedded one: http://user:password@host:8123/database'),
  cluster: z
    .string()
    .regex(/^\w{1,100}$/, 'letters, digits and _ only')
    .optional()
    .describe(
      'the cluster of that server to use, by its name in remote_servers; its tables are spread over all shards',
    ),
  cluster_urls: words
    .default([])
    .describe('URLs of all servers of the cluster, separated by commas, as clickhouse_url'),
  clickhouse_memory: bytes
    .optional()
    .describe('memory cap of the embedded ClickHouse in bytes; default half the machine, at most 4 GiB'),
  tenant: z
    .string()
    .regex(TENANT_PATTERN, 'letters, digits, _ . - only, at most 100')
    .default('default')
    .describe('tenant that records and readers without a key belong to'),
  embedded_readers: z
    .enum(['off', 'trusted'])
    .default('off')
    .describe(
      'SQL users of the embedded ClickHouse where there are keys; trusted lets them in: they can read all files that the collector can',
    ),
  keys_file: z.string().default('').describe('file of keys and SQL readers; default keys.json in the data directory'),
  max_body_bytes: bytes.default(64 << 20).describe('largest request body, on the wire and after decompression'),
  max_in_flight_bytes: bytes
    .default(256 << 20)
    .describe('most bytes of requests at work together; beyond it clients get 503'),
  min_free_bytes: wholeNumber(0)
    .default(512 << 20)
    .describe('free bytes of the disk below which no record is taken; clients get 503; 0 leaves it to ClickHouse'),
  run_idle_seconds: wholeNumber(1)
    .default(900)
    .describe('how long a run without an end is quiet before it counts as over'),
  sla_targets_file: z
    .string()
    .min(1)
    .optional()
    .describe('file with SLA targets, YAML or JSON, read at the start; what the API made stays'),
  retention_days: days
    .default(183)
    .describe('days for which data are kept after the day of arrival; 0 keeps them for ever'),
  retention_ledger_days: days.optional().describe('the same for the ledger; default retention_days'),
  retention_content_days: days.optional().describe('the same for texts behind digests; default retention_days'),
  retention_derived_days: days.optional().describe('the same for what the views show; default retention_days'),
  retention_rejects_days: days
    .optional()
    .describe('the same for rejected records and conflicts; default retention_days'),
  allowed_origins: words.default([]).describe('origins, separated by commas, from which a browser may post OTLP'),
  allowed_hosts: words
    .default([])
    .describe('names, separated by commas, under which requests are answered besides addresses and localhost'),
  log_level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('least level of log lines'),
};

/** Checks options and fills in defaults; unknown names are refused. */
export const optionsSchema: z.ZodType<Omit<Options, 'keys'>> = z.strictObject(shape).superRefine((options, context) => {
  const hasUrls = options.cluster_urls.length > 0;
  const refuse = (name: string, message: string): void => context.addIssue({ code: 'custom', path: [name], message });
  if (options.cluster === undefined && hasUrls) refuse('cluster_urls', 'needs the name of the cluster (--cluster)');
  if (options.cluster === undefined) return;
  if (options.clickhouse_url === undefined) refuse('cluster', 'needs a server of the cluster (--clickhouse-url)');
  if (!hasUrls) refuse('cluster', 'needs the URLs of all servers of the cluster (--cluster-urls)');
});

/** Name of an option as it stands in the configuration file. */
export type OptionName = Exclude<keyof Options, 'keys'>;

/** Names of all options, in the order of the help text. */
export const OPTION_NAMES: readonly OptionName[] = Object.keys(shape) as OptionName[];

/** An option as a command line flag, without the dashes. */
export function flagOf(name: string): string {
  return name.replaceAll('_', '-');
}

/** An option as an environment variable. */
export function variableOf(name: string): string {
  return `SPANLEDGER_${name.toUpperCase()}`;
}

/** Help text of the options, one a line. */
export function optionsHelp(): string {
  const width = Math.max(...OPTION_NAMES.map((name) => name.length)) + 4;
  return OPTION_NAMES.map((name) => {
    const schema = shape[name];
    const fallback = schema.safeParse(undefined).data;
    const shown =
      fallback === undefined || fallback === '' || (Array.isArray(fallback) && fallback.length === 0)
        ? ''
        : ` [${String(fallback)}]`;
    return `  --${flagOf(name).padEnd(width)}${schema.description ?? ''}${shown}`;
  }).join('\n');
}
