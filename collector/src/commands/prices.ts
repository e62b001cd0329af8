import { text } from 'node:stream/consumers';
import { askClickHouse, brokenOff, CLICKHOUSE_FLAGS, CLICKHOUSE_FLAGS_HELP } from './ask-clickhouse.ts';
import type { Command, CommandArguments, CommandContext } from './command.ts';
import { type Column, painterOf, renderTable } from './table.ts';

const VERSIONS = `SELECT
    price_version, formatDateTime(active_from, '%F %T') AS since,
    if(active_from > now64(9), 'not yet', if(active_from = max(if(active_from <= now64(9), active_from, NULL)) OVER (), 'in force', '')) AS state,
    toString(models) AS models
  FROM (SELECT price_version, active_from FROM price_versions FINAL) AS versions
  LEFT JOIN (SELECT price_version, uniqExact(provider, model) AS models FROM prices GROUP BY price_version) AS counts
    USING (price_version)
  ORDER BY active_from`;

const UNPRICED = `SELECT tenant, provider, model, toString(calls) AS calls, toString(input_tokens) AS input_tokens,
    toString(output_tokens) AS output_tokens, formatDateTime(last_seen, '%F %T') AS last_seen,
    arrayStringConcat(priced_by, ', ') AS priced_by
  FROM unpriced_models ORDER BY unpriced_models.calls DESC, tenant, provider, model LIMIT 100`;

const VERSION_COLUMNS: readonly Column[] = [
  { title: 'price_version', isWhole: true },
  { title: 'since' },
  { title: 'state' },
  { title: 'models', align: 'right' },
];

const UNPRICED_COLUMNS: readonly Column[] = [
  { title: 'tenant' },
  { title: 'provider' },
  { title: 'model' },
  { title: 'calls', align: 'right' },
  { title: 'input_tokens', align: 'right' },
  { title: 'output_tokens', align: 'right' },
  { title: 'last_seen' },
  { title: 'priced_by' },
];

/** Width where there is no terminal to ask. */
const WIDE = 160;

/** `spanledger prices`: the versions of the price list, and the models that have no price. */
export const PRICES: Command = {
  help: `Usage: spanledger prices [OPTIONS]

Shows the versions of the price list with the time from which each is in force, and the models whose calls have neither a stated
cost nor a price, at most 100. "priced_by" names the versions that do know such a model: it was called before they came into force,
or its calls lack tokens that have a price.

${CLICKHOUSE_FLAGS_HELP}`,
  flags: CLICKHOUSE_FLAGS,
  mostPositionals: 0,
  run: async (given, context) => {
    const versions = await rowsOf(given, context, VERSIONS);
    const unpriced = await rowsOf(given, context, UNPRICED);
    const { stdout } = context;
    const draw = (columns: readonly Column[], rows: readonly Row[]): string =>
      renderTable(
        columns,
        rows.map((row) => columns.map(({ title }) => row[title] ?? '')),
        stdout.columns ?? WIDE,
        painterOf(stdout),
      );
    stdout.write(`${draw(VERSION_COLUMNS, versions).trimEnd()}\n\n`);
    if (unpriced.length === 0) stdout.write('Every model that was called has a price.\n');
    else stdout.write(`Models without a price:\n${draw(UNPRICED_COLUMNS, unpriced).trimEnd()}\n`);
    return 0;
  },
};

type Row = Readonly<Record<string, string>>;

async function rowsOf(given: CommandArguments, context: CommandContext, query: string): Promise<Row[]> {
  const answer = await askClickHouse(given, context, query, { default_format: 'JSONEachRow' });
  const whole = await text(answer.body).catch((thrown: unknown) => Promise.reject(brokenOff(answer, thrown)));
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}
