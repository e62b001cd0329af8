import { parseArgs } from 'node:util';

/** Parts of the bench. */
export type Part = 'ingest' | 'query' | 'store';

const PARTS: readonly Part[] = ['ingest', 'store', 'query'];

/** What was asked for on the command line. */
export interface BenchOptions {
  readonly isQuick: boolean;
  /** Parts to run. Default: all. */
  readonly parts: readonly Part[];
  /** Steps that are generated for the queries. Default 1,000,000; 100,000 when quick. */
  readonly steps: number;
  /** File for the figures as JSON. */
  readonly json: string | undefined;
  /** Directory for CPU profiles of the collector. */
  readonly profile: string | undefined;
}

const USAGE = `usage: npm run bench -- [--quick] [--only ${PARTS.join('|')}] [--steps N] [--json FILE] [--profile DIRECTORY]`;

/** Reads the command line. @throws {Error} with the usage when it is none that is known */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      steps: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const parts = values.only === undefined ? PARTS : PARTS.filter((part) => part === values.only);
  if (parts.length === 0) throw new Error(`--only takes one of ${PARTS.join(', ')}\n${USAGE}`);
  const steps = values.steps === undefined ? (values.quick ? 100_000 : 1_000_000) : Number(values.steps);
  if (!Number.isSafeInteger(steps) || steps < 100) throw new Error(`--steps takes a number of at least 100\n${USAGE}`);
  return { isQuick: values.quick, parts, steps, json: values.json, profile: values.profile };
}
