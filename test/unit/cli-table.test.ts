import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { expect, test, vi } from 'vitest';
import { type Paint, painterOf, printable, renderTable } from '../../collector/src/commands/table.ts';

const plain: Paint = (_style, text) => text;
const columns = [{ title: 'node' }, { title: 'ms', align: 'right' as const }, { title: 'why' }];

test('columns align, numbers at the right, without blanks at the end of a line', () => {
  expect(
    renderTable(
      columns,
      [
        ['fetch', '1.50', ''],
        ['a', '120', 'slow'],
      ],
      80,
      plain,
    ),
  ).toBe(['node     ms  why', 'fetch  1.50', 'a       120  slow', ''].join('\n'));
});

test('the widest columns are cut until a line fits', () => {
  const rows = [['short', '1', 'w'.repeat(300)]];
  const lines = renderTable(columns, rows, 40, plain).split('\n');
  expect(lines[1]).toBe(`short   1  ${'w'.repeat(28)}…`);
  expect(lines[1]).toHaveLength(40);
});

test('a whole column is never cut', () => {
  const whole = [{ title: 'run', isWhole: true }, { title: 'name' }];
  expect(renderTable(whole, [['r'.repeat(36), 'n'.repeat(36)]], 50, plain).split('\n')[1]).toBe(
    `${'r'.repeat(36)}  ${'n'.repeat(11)}…`,
  );
});

test('wide characters and accents count as what they take', () => {
  const rows = [
    ['日本', '1', 'x'],
    ['e\u0301te', '1', 'x'],
    ['👩‍🚀', '1', 'x'],
  ];
  expect(renderTable(columns, rows, 80, plain).split('\n').slice(1, 4)).toEqual([
    '日本   1  x',
    'e\u0301te    1  x',
    '👩‍🚀     1  x',
  ]);
});

test('a style is put on the padded cell', () => {
  const marked: Paint = (style, text) => `<${style}>${text}</${style}>`;
  const found = renderTable([{ title: 'status' }, { title: 'x' }], [[{ text: 'ok', style: 'green' }, 'y']], 80, marked);
  expect(found).toBe('<bold>status</bold>  <bold>x</bold>\n<green>ok    </green>  y\n');
});

test('what telemetry says can not steer the terminal', () => {
  expect(printable('a\u001b[2Jb\rc\nd\u202ee\u0085f')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffde\ufffdf');
  expect(printable('plain – text, 日本')).toBe('plain – text, 日本');
});

test('colours are for terminals, and NO_COLOR turns them off', () => {
  vi.stubEnv('CI', undefined);
  vi.stubEnv('FORCE_COLOR', undefined);
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('TERM', 'xterm-256color');
  const { getColorDepth } = WriteStream.prototype;
  const terminal = Object.assign(new Writable(), { isTTY: true, getColorDepth });
  expect(painterOf(new Writable())('red', 'x')).toBe('x');
  expect(painterOf(terminal)('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  vi.stubEnv('NO_COLOR', '1');
  expect(painterOf(terminal)('red', 'x')).toBe('x');
  vi.unstubAllEnvs();
});

test('a hundred thousand rows are drawn', () => {
  const rows = Array.from({ length: 150_000 }, (_, index) => [String(index), '1', '']);
  expect(renderTable(columns, rows, 80, plain).split('\n')).toHaveLength(150_002);
});
