/** What Grafana knows when it fills in a query. */
export interface Moment {
  readonly from: Date;
  readonly to: Date;
  /** Width of a point of the graph in seconds. */
  readonly intervalSeconds: number;
  /** Value by variable; `$__all` where All is chosen. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Fills in a query as Grafana and the plugin `grafana-clickhouse-datasource` do, in their order: first `$__conditionalAll` (the
 * plugin's page), then variables (Grafana's page), then the macros of time (the plugin's server).
 * @throws {Error} for what the boards use and this does not know
 */
export function fillIn(sql: string, moment: Moment): string {
  const filled = expandTimes(interpolate(expandConditionalAll(sql, moment), moment), moment);
  const left = /\$__\w+|\$\{[^}]*\}/.exec(filled)?.[0];
  if (left !== undefined) throw new Error(`nobody fills in ${left}: ${filled}`);
  return filled;
}

/** `$__conditionalAll(condition, $variable)` is `1=1` when the variable is All or empty, else the condition. */
function expandConditionalAll(sql: string, { variables }: Moment): string {
  const start = sql.indexOf('$__conditionalAll(');
  if (start < 0) return sql;
  const [condition = '', variable = '', ...more] = argumentsAt(sql, sql.indexOf('(', start));
  const name = /^\s*\$(\w+)$/.exec(variable)?.[1] ?? '';
  const value = variables[name];
  if (more.length > 0 || value === undefined) throw new Error(`not for the plugin: ${sql.slice(start, start + 200)}`);
  const whole = `$__conditionalAll(${condition},${variable})`;
  const kept = value === '' || value === '$__all' ? '1=1' : condition;
  return expandConditionalAll(
    sql.replace(whole, () => kept),
    { variables } as Moment,
  );
}

/** Arguments of the call whose bracket opens at a position. As the plugin does it, quotes are not minded. */
function argumentsAt(sql: string, open: number): string[] {
  const found: string[] = [];
  let depth = 0;
  let begin = open + 1;
  for (let at = open; at < sql.length; at += 1) {
    if (sql[at] === '(') depth += 1;
    if (sql[at] === ')') depth -= 1;
    if ((sql[at] === ',' && depth === 1) || depth === 0) {
      found.push(sql.slice(begin, at));
      begin = at + 1;
    }
    if (depth === 0) return found;
  }
  throw new Error(`a bracket stays open: ${sql.slice(open)}`);
}

function interpolate(sql: string, { variables }: Moment): string {
  return sql.replaceAll(/\$\{(\w+):percentencode\}/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`the board has no variable ${name}`);
    return percentEncoded(value);
  });
}

/** Grafana's format `percentencode` of one value. */
export function percentEncoded(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function expandTimes(sql: string, { from, to, intervalSeconds }: Moment): string {
  const seconds = (time: Date): string => `toDateTime(${Math.floor(time.getTime() / 1000)})`;
  const milliseconds = (time: Date): string => `fromUnixTimestamp64Milli(${time.getTime()})`;
  return sql
    .replaceAll(/\$__timeFilter_ms\((\w+)\)/g, `$1 >= ${milliseconds(from)} AND $1 <= ${milliseconds(to)}`)
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= ${seconds(from)} AND $1 <= ${seconds(to)}`)
    .replaceAll(/\$__timeInterval\((\w+)\)/g, `toStartOfInterval(toDateTime($1), INTERVAL ${intervalSeconds} second)`)
    .replaceAll(/\$__interval_s\b/g, String(intervalSeconds))
    .replaceAll(/\$__fromTime\b/g, seconds(from))
    .replaceAll(/\$__toTime\b/g, seconds(to));
}
