import { expect, test } from 'vitest';
import { UsageError } from '../../collector/src/commands/command.ts';
import { toCsv } from '../../collector/src/commands/period-report/csv.ts';
import { toJson } from '../../collector/src/commands/period-report/json.ts';
import { readPeriod } from '../../collector/src/commands/period-report/period.ts';
import { toTable } from '../../collector/src/commands/period-report/period-table.ts';
import { type ReportRows, readRows } from '../../collector/src/commands/period-report/rows.ts';

const NOW = new Date('2026-11-22T09:16:00Z');

test.each([
  [undefined, undefined, '2026-11-15T09:16:00.000Z', '2026-11-22T09:16:00.000Z'],
  ['12h', 'now', '2026-11-21T21:16:00.000Z', '2026-11-22T09:16:00.000Z'],
  ['2w', '90m', '2026-11-08T09:16:00.000Z', '2026-11-22T07:46:00.000Z'],
  ['2026-10-01', '2026-11-01', '2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'],
  ['2026-10-01T08:00+02:00', '2026-10-01T06:00:00.001Z', '2026-10-01T06:00:00.000Z', '2026-10-01T06:00:00.001Z'],
])('the period from %s to %s', (from, to, begin, end) => {
  const period = readPeriod(from, to, NOW);
  expect([period.from.toISOString(), period.to.toISOString()]).toEqual([begin, end]);
});

test.each([
  ['yesterday', undefined, '--from yesterday is no time'],
  ['2026-02-31', undefined, '--from 2026-02-31 is no time'],
  ['2026-10-01T08:00', undefined, '--from 2026-10-01T08:00 is no time'],
  ['7d', '1e9', '--to 1e9 is no time'],
  ['999999w', undefined, '--from 999999w is no time'],
  ['1h', '2h', '--from (2026-11-22T08:16:00.000Z) must be before --to (2026-11-22T07:16:00.000Z)'],
  ['2026-11-01', '2026-11-01', 'must be before --to'],
])('from %s to %s is refused', (from, to, message) => {
  const read = (): unknown => readPeriod(from, to, NOW);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});

const REPORT: ReportRows = readRows(
  JSON.stringify({
    meta: [
      { name: 'name', type: 'LowCardinality(String)' },
      { name: 'calls', type: 'UInt64' },
      { name: 'cost_usd', type: 'Nullable(Decimal(38, 9))' },
      { name: 'share', type: 'Float64' },
      { name: 'breaches', type: 'Array(String)' },
      { name: 'at', type: "DateTime64(3, 'UTC')" },
      { name: 'ok', type: 'Bool' },
    ],
    data: [
      [
        '=HYPERLINK("x")',
        '18446744073709551615',
        '-0.000000001',
        -0.5,
        ['p95', '+p99'],
        '2026-11-22T09:16:00.000Z',
        true,
      ],
      ['a "b",\nc', '3', null, 0.25, [], '2026-11-22T09:16:00.000Z', false],
    ],
  }),
);

test('CSV quotes by RFC 4180, takes the force of formulas and leaves numbers alone', () => {
  expect(toCsv(REPORT)).toBe(
    [
      'name,calls,cost_usd,share,breaches,at,ok',
      `"'=HYPERLINK(""x"")",18446744073709551615,-0.000000001,-0.5,p95 +p99,2026-11-22T09:16:00.000Z,true`,
      '"a ""b"",\nc",3,,0.25,,2026-11-22T09:16:00.000Z,false',
      '',
    ].join('\r\n'),
  );
});

test('JSON has money as decimal strings and integers with all digits', () => {
  const text = toJson('cost', { from: new Date(0), to: NOW }, REPORT);
  expect(text).toContain('"calls": 18446744073709551615,');
  expect(JSON.parse(text)).toMatchObject({
    report: 'cost',
    from: '1970-01-01T00:00:00.000Z',
    to: '2026-11-22T09:16:00.000Z',
    rows: [
      { name: '=HYPERLINK("x")', cost_usd: '-0.000000001', share: -0.5, breaches: ['p95', '+p99'], ok: true },
      { name: 'a "b",\nc', calls: 3, cost_usd: null },
    ],
  });
  expect(JSON.parse(toJson('cost', { from: new Date(0), to: NOW }, { columns: [], rows: [] })).rows).toEqual([]);
});

test('a table shows what nobody said as such, and all digits of money', () => {
  const plain = (_: string, text: string): string => text;
  const [head = '', first = '', second = ''] = toTable({ ...REPORT, rows: REPORT.rows }, 200, plain).split('\n');
  expect(head.trim().split(/ {2,}/)).toEqual(['name', 'calls', 'cost usd', 'share', 'breaches', 'at', 'ok']);
  expect(first).toContain('18446744073709551615  -0.000000001  -0.50  p95, +p99  2026-11-22 09:16:00  true');
  expect(second).toMatch(/3 +– +0\.25/);
  expect(toTable({ columns: REPORT.columns, rows: [] }, 200, plain)).toBe('Nothing in this period.\n');
});
