/** Views that the API may read, and the tables that have no view of their own: content, and the traces of runs. */
export type Relation =
  | 'audit_records'
  | 'audit_trail'
  | 'computed_violations'
  | 'conflicts'
  | 'content'
  | 'computed_cost'
  | 'cost_days'
  | 'executed_days'
  | 'executed_steps'
  | 'latency_days'
  | 'node_latency'
  | 'reject_rows'
  | 'rejects'
  | 'run_anomalies'
  | 'run_days'
  | 'run_edges'
  | 'run_nodes'
  | 'run_traces'
  | 'runs'
  | 'sla_targets'
  | 'spans'
  | 'steps'
  | 'timeline'
  | 'violation_days'
  | 'workflow_summary';

/** Views that hold nothing of any tenant. */
export type SharedRelation = 'source_days';

/** ClickHouse types of the values that queries bind. */
export type ValueType =
  | 'String'
  | 'UInt32'
  | 'UInt64'
  | 'Int64'
  | 'Date'
  | 'Array(Date)'
  | 'Array(UInt64)'
  | 'Array(String)';

interface BoundValue {
  readonly type: ValueType;
  readonly value: string | number | readonly string[] | readonly number[];
}

/** A piece of a query: text without values, and values that the driver binds. Made by `sql`, `from`, `fromWhere` and `value` only. */
export interface Sql {
  readonly parts: readonly (string | BoundValue)[];
  /** True for what `from` makes. */
  readonly isRelation?: boolean;
  /** True for what `fromWhere` makes. */
  readonly isSelection?: boolean;
}

/** A query ready for the driver. */
export interface RenderedQuery {
  readonly text: string;
  readonly parameters: Readonly<Record<string, BoundValue['value']>>;
}

// A name straight after one of these words, or after the comma behind a relation, would read without the tenant filter.
const NAMED_RELATION = /\b(?:from|join|in|into|table)\s+[^\s(]/i;
const RELATION_LIST = /^\s*(?:as\s+\w+\s*)?,/i;
// Behind the conditions of a selection anything else, such as OR, might undo its tenant filter.
const BEHIND_SELECTION = /^\s*(?:$|\)|(?:group|order|limit)\s)/i;

/**
 * Makes a query of text and pieces; a value gets in only through `value`, a relation only through `from`.
 * @throws {Error} when the text names a relation itself, which is a bug
 * @example sql`SELECT status FROM ${from('runs')} WHERE run_id = ${value('String', runId)}`
 */
export function sql(strings: TemplateStringsArray, ...pieces: readonly Sql[]): Sql {
  const parts: (string | BoundValue)[] = [];
  strings.forEach((text, index) => {
    const afterRelation = pieces[index - 1]?.isRelation === true;
    if (NAMED_RELATION.test(text) || (afterRelation && RELATION_LIST.test(text))) {
      throw new Error(`Name relations with from(...), so that they are filtered: ${text}`);
    }
    if (pieces[index - 1]?.isSelection === true && !BEHIND_SELECTION.test(text)) {
      throw new Error(`Give conditions to fromWhere(...), so that they are added to its filter: ${text}`);
    }
    parts.push(text, ...(pieces[index]?.parts ?? []));
  });
  return { parts };
}

/** The rows of a relation that belong to the reader's tenant. This filter is written here and in `fromWhere` only. */
export function from(relation: Relation): Sql {
  return { parts: [`(SELECT * FROM ${relation} WHERE tenant = {tenant:String})`], isRelation: true };
}

/**
 * The same rows where conditions hold too, with the words FROM and WHERE. Without a subquery: planning one takes up to 4 ms.
 * @example sql`SELECT status ${fromWhere('runs', sql`run_id = ${value('String', runId)}`)} LIMIT 1`
 */
export function fromWhere(relation: Relation, ...conditions: readonly Sql[]): Sql {
  const filter = `FROM ${relation} WHERE ${relation}.tenant = {tenant:String}`;
  return { parts: [filter, ...conditions.flatMap(({ parts }) => [' AND (', ...parts, ')'])], isSelection: true };
}

/** The rows of a relation that says nothing of any tenant. */
export function fromShared(relation: SharedRelation): Sql {
  return { parts: [relation], isRelation: true };
}

/** A value that the driver binds; it never becomes part of the query's text. */
export function value(type: ValueType, bound: BoundValue['value']): Sql {
  return { parts: [{ type, value: bound }] };
}

/** Pieces with a separator between them, for example conditions with ` AND `. */
export function join(pieces: readonly Sql[], separator: Sql): Sql {
  return {
    parts: pieces.flatMap((piece, index) => (index === 0 ? piece.parts : [...separator.parts, ...piece.parts])),
  };
}

/**
 * The columns of a response object, so that its schema is their one list.
 * @param names column names, which are also the names on the wire
 * @param texts those of them that hold 64-bit numbers a JSON number can't: they become decimal strings
 */
export function columns(names: readonly string[], texts: readonly string[] = []): Sql {
  for (const name of names) {
    if (!/^[a-z_0-9]+$/.test(name)) throw new Error(`Not a column name: ${name}`);
  }
  return { parts: [names.map((name) => (texts.includes(name) ? `toString(${name}) AS ${name}` : name)).join(', ')] };
}

/** Turns pieces into the driver's form: `{p0:String}` for each value, and the tenant that `from` refers to. */
export function render(query: Sql, tenant: string): RenderedQuery {
  const parameters: Record<string, BoundValue['value']> = { tenant };
  const text = query.parts.map((part) => {
    if (typeof part === 'string') return part;
    const name = `p${Object.keys(parameters).length - 1}`;
    parameters[name] = part.value;
    return `{${name}:${part.type}}`;
  });
  return { text: text.join(''), parameters };
}
