import { parseArgs } from 'node:util';

/** Parts of the bench. */
export type Part = 'ingest' | 'query' | 'sdk' | 'store';

const PARTS: readonly Part[] = ['ingest', 'store', 'query', 'sdk'];
/** Parts that run where none is named: those of the collector. */
const DEFAULT_PARTS: readonly Part[] = ['ingest', 'store', 'query'];

/** What was asked for on the command line. */
export interface BenchOptions {
  readonly isQuick: boolean;
  /** Parts to run. Default: all of the collector. */
  readonly parts: readonly Part[];
  /** Steps that are generated for the queries. Default 1,000,000; 50,000 when quick. */
  readonly steps: number;
  /** File for the figures as JSON. */
  readonly json: string | undefined;
  /** Directory for CPU profiles of the collector. */
  readonly profile: string | undefined;
}

const USAGE = `usage: npm run bench -- [PART] [--quick] [--only ${PARTS.join('|')}] [--steps N] [--json FILE] [--profile DIRECTORY]`;

/** Reads the command line. @throws {Error} with the usage when it is none that is known */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      steps: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const [wanted = values.only] = positionals;
  const parts = wanted === undefined ? DEFAULT_PARTS : PARTS.filter((part) => part === wanted);
  if (parts.length === 0 || positionals.length > 1) throw new Error(`a part is one of ${PARTS.join(', ')}\n${USAGE}`);
  const steps = values.steps === undefined ? (values.quick ? 50_000 : 1_000_000) : Number(values.steps);
  if (!Number.isSafeInteger(steps) || steps < 100) throw new Error(`--steps takes a number of at least 100\n${USAGE}`);
  return { isQuick: values.quick, parts, steps, json: values.json, profile: values.profile };
}
