import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from '../../collector/src/commands/period-report/csv.ts';

/** Reads CSV by RFC 4180. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let found = cells.exec(text); found !== null; found = cells.exec(text)) {
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === '\r\n') {
      rows.push(row);
      row = [];
    }
    if (cells.lastIndex === text.length) return rows;
  }
  throw new Error(`no CSV: ${JSON.stringify(text)}`);
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", 'a', '＝') }),
);

test('any texts come back, and no cell begins like a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (rows) => {
      const columns = [
        { name: 'a', type: 'String' },
        { name: 'b', type: 'LowCardinality(String)' },
      ];
      const [head, ...body] = parse(toCsv({ columns, rows }));
      expect(head).toEqual(['a', 'b']);
      expect(body).toHaveLength(rows.length);
      body.forEach((cells, at) => {
        cells.forEach((cell, column) => {
          const said = rows[at]?.[column] ?? '';
          expect([said, `'${said}`]).toContain(cell);
          expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
          if (cell !== said) expect(said).toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        });
      });
    }),
  );
});
