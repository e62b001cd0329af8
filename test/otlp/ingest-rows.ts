import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A column as the migration declares it. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** A value of a column: numbers up to 32 bits as numbers, 64 bits as bigint, any String as bytes, a Map as its pairs. */
export type Cell = number | bigint | boolean | Buffer | Cell[];

/** Columns of a table, in order, read from the migration that makes it. */
export function columnsOf(migration: string): Column[] {
  const file = path.join(import.meta.dirname, '../../collector/sql/migrations', migration);
  const lines = readFileSync(file, 'utf8').matchAll(
    /^ {4}`?([a-z_.0-9]+)`? ([A-Z][^\n]*?)(?: COMMENT .*| CODEC.*)?,?$/gm,
  );
  return Array.from(lines, ([, name = '', type = '']) => ({ name, type }));
}

/** Columns of the table `ingest`. */
export const INGEST: readonly Column[] = columnsOf('013_ingest.sql');

/** A row of `ingest`, taken apart by the declared types and not by the collector's own code. */
export interface IngestRow {
  /** The row's bytes up to its targets: what the ledger keeps. */
  readonly canonical: Buffer;
  readonly bytes: Buffer;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** Takes RowBinary rows of a table apart. */
export function readRows(bytes: Buffer, columns: readonly Column[] = INGEST): IngestRow[] {
  const rows: IngestRow[] = [];
  const at = { bytes, position: 0 };
  while (at.position < bytes.length) {
    const start = at.position;
    let targets = start;
    const cells: Record<string, Cell> = {};
    for (const { name, type } of columns) {
      if (name === 't_run_id') targets = at.position;
      cells[name] = readCell(at, type);
    }
    rows.push({ canonical: bytes.subarray(start, targets), bytes: bytes.subarray(start, at.position), cells });
  }
  return rows;
}

/** Text of a String cell. */
export function textOf(row: IngestRow | undefined, column: string): string {
  return String(row?.cells[column] ?? '<none>');
}

/** Texts of an Array(String) cell. */
export function textsOf(row: IngestRow | undefined, column: string): string[] {
  return ((row?.cells[column] ?? []) as Buffer[]).map(String);
}

/** A Map cell as text pairs. */
export function pairsOf(row: IngestRow | undefined, column: string): string[][] {
  return ((row?.cells[column] ?? []) as Buffer[][]).map((pair) => pair.map(String));
}

interface Place {
  readonly bytes: Buffer;
  position: number;
}

function readCell(at: Place, type: string): Cell {
  const fixed = /^FixedString\((\d+)\)$/.exec(type);
  if (fixed !== null) return take(at, Number(fixed[1]));
  const array = /^Array\((.+)\)$/.exec(type);
  if (array !== null) return Array.from({ length: length(at) }, () => readCell(at, array[1] as string));
  switch (type) {
    case 'UInt8':
      return take(at, 1).readUInt8();
    case 'Bool':
      return take(at, 1).readUInt8() === 1;
    case 'Date':
    case 'UInt16':
      return take(at, 2).readUInt16LE();
    case 'UInt32':
      return take(at, 4).readUInt32LE();
    case 'Int32':
      return take(at, 4).readInt32LE();
    case 'UInt64':
      return take(at, 8).readBigUInt64LE();
    case 'Map(String, String)':
      return Array.from({ length: length(at) }, () => [readCell(at, 'String'), readCell(at, 'String')]);
    default:
      if (!type.includes('String') && !type.startsWith('Enum')) throw new Error(`no reader for the type ${type}`);
      return type.startsWith('Enum') ? take(at, 1).readUInt8() : take(at, length(at));
  }
}

function take(at: Place, size: number): Buffer {
  if (at.position + size > at.bytes.length) throw new Error(`row cut off at byte ${at.position}`);
  at.position += size;
  return at.bytes.subarray(at.position - size, at.position);
}

function length(at: Place): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = take(at, 1).readUInt8();
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
}
