import { readdir, readFile } from 'node:fs/promises';
import type { Engine } from '../../collector/src/engine/engine-contract.ts';
import { code, GENERATED, table } from './markdown.ts';

const SQL = new URL('../../collector/sql/', import.meta.url);

/** Tables that are worth a look beside the views, by the migration that makes them. */
const TABLES = ['001_ledger', '002_content', '003_reject_rows', '026_retention_log', '004_origins', '012_settings'];

/** A view or table as the head of its file describes it. */
export interface Relation {
  readonly name: string;
  /** The comment at the top of the file. */
  readonly text: string;
  /** The query behind `-- example:`; empty for a table. */
  readonly example: string;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** All views in order of their files, with their examples. */
export async function readViewHeads(): Promise<Relation[]> {
  const files = (await readdir(new URL('views/', SQL))).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(files.map((file) => readHead(`views/${file}`)));
}

async function readHead(file: string): Promise<Relation> {
  const source = await readFile(new URL(file, SQL), 'utf8');
  const head = /^(?:--.*\n)*/.exec(source)?.[0].trimEnd().split('\n') ?? [];
  const isExample = (line: string): boolean => line.startsWith('-- example: ');
  return {
    name: (/\d+_(\w+)\.sql$/.exec(file) ?? [])[1] ?? '',
    text: head
      .filter((line) => !isExample(line))
      .map((line) => line.slice('-- '.length))
      .join('\n'),
    example: head
      .filter(isExample)
      .map((line) => line.slice('-- example: '.length))
      .join('\n'),
  };
}

async function readColumns(engine: Engine, relation: string): Promise<Column[]> {
  const result = await engine.client.query({
    query: `SELECT name, type, comment FROM system.columns
      WHERE database = currentDatabase() AND table = {relation:String} ORDER BY position`,
    query_params: { relation },
    format: 'JSONEachRow',
  });
  return result.json<Column>();
}

async function section(engine: Engine, relation: Relation): Promise<string> {
  const columns = await readColumns(engine, relation.name);
  const example = relation.example === '' ? '' : `\n\`\`\`sql\n${relation.example}\n\`\`\`\n`;
  const rows = columns.map(({ name, type, comment }) => [code(name), code(type), comment]);
  return `### ${relation.name}\n\n${relation.text}\n${example}\n${table(['column', 'type', 'what it holds'], rows)}\n`;
}

/** The page `docs/sql-reference.md`, made from the column comments of an engine with the schema and the heads of the view files. */
export async function sqlReference(engine: Engine): Promise<string> {
  const views = await readViewHeads();
  const tables = await Promise.all(TABLES.map((name) => readHead(`migrations/${name}.sql`)));
  const sections = async (relations: readonly Relation[]): Promise<string> =>
    (await Promise.all(relations.map((relation) => section(engine, relation)))).join('\n');
  return `# SQL reference

${GENERATED}

Source: \`collector/sql\`. Views are what to read; their names and columns are the API's. The tables behind them end in \`_rows\`, may
change from version to version, and need FINAL: leave them alone.

- Every row has a \`tenant\`. The user \`reader\` sees its own tenant only, so it need not filter. The operator \`default\` sees all.
- Filter by \`run_id\`, in \`spans\` by \`trace_key\`, to read by the sorting key. Every other filter reads more.
- Unknown is null in numbers, empty in text. A \`Decimal\` is exact; \`Float64\` is not.
- \`timestamp\` is the end of a step. Times are UTC.

Each example runs as it stands, on the newest run.

## Views

${await sections(views)}
## Tables beside the views

${await sections(tables)}`;
}
