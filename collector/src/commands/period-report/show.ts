import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { askClickHouse, brokenOff } from '../ask-clickhouse.ts';
import { type CommandArguments, type CommandContext, textFlag, UsageError } from '../command.ts';
import { painterOf } from '../table.ts';
import { toCsv } from './csv.ts';
import { toJson } from './json.ts';
import { type Period, readPeriod } from './period.ts';
import { toTable } from './period-table.ts';
import { ANSWER_SETTINGS, readRows } from './rows.ts';

/** File in `@spanledger/dashboards/sql` by the name of its report. */
const FILES = {
  sla: 'sla.sql',
  cost: 'cost.sql',
  violations: 'violations.sql',
  'unpriced-models': 'unpriced_models.sql',
} as const;

/** Name of a report over a period. */
export type PeriodReport = keyof typeof FILES;

/** Width where there is no terminal to ask: reports have many columns. */
const WIDE = 200;

/** True for the name of a report over a period. */
export function isPeriodReport(name: string | undefined): name is PeriodReport {
  return name !== undefined && Object.hasOwn(FILES, name);
}

/**
 * Prints a report over a period: its SQL file, run as the user that the flags name, whose row policies decide what is in it.
 *
 * @throws UsageError a flag is wrong
 * @throws SpanledgerError as `askClickHouse` does
 */
export async function showPeriodReport(
  name: PeriodReport,
  given: CommandArguments,
  context: CommandContext,
): Promise<void> {
  const format = given.flags['json'] === true ? 'json' : (textFlag(given, 'format') ?? 'table');
  if (format !== 'table' && format !== 'csv' && format !== 'json') {
    throw new UsageError(`--format ${format} is none of table, csv, json`);
  }
  const period = readPeriod(textFlag(given, 'from'), textFlag(given, 'to'), new Date());
  const parameters = { ...ANSWER_SETTINGS, ...parametersOf(period) };
  const answer = await askClickHouse(given, context, await readQuery(name), parameters);
  const whole = await text(answer.body).catch((thrown: unknown) => Promise.reject(brokenOff(answer, thrown)));
  const rows = readRows(whole);
  const { stdout } = context;
  if (format === 'csv') stdout.write(toCsv(rows));
  else if (format === 'json') stdout.write(toJson(name, period, rows));
  else stdout.write(toTable(rows, stdout.columns ?? WIDE, painterOf(stdout)));
}

function readQuery(name: PeriodReport): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve(`@spanledger/dashboards/sql/${FILES[name]}`), 'utf8');
}

function parametersOf({ from, to }: Period): Record<string, string> {
  const inUtc = (time: Date): string => time.toISOString().replace('T', ' ').replace('Z', '');
  return { param_from: inUtc(from), param_to: inUtc(to) };
}
