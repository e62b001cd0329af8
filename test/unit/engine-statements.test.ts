import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitStatements } from '../../collector/src/engine/statements.ts';

test('splits at semicolons and leaves out empty pieces', () => {
  expect(splitStatements('SELECT 1;\n\nSELECT 2 ;; -- end\n')).toEqual(['SELECT 1', 'SELECT 2']);
  expect(splitStatements('-- nothing; here\n/* nor; here */')).toEqual([]);
});

test('a semicolon inside quotes, comments or a dollar string is text', () => {
  const statements = [
    "SELECT 'a;b', 'it''s;', 'back\\'slash;'",
    'SELECT `a;b`, "c;\\"d"',
    'SELECT 1 -- one; two\n+ 2',
    'SELECT /* a;\nb */ 3',
    'SELECT $$a;b$$, $tag$c;$$;d$tag$',
    'SELECT 1 - -1 AS minus',
  ];
  expect(splitStatements(statements.join(';\n'))).toEqual(statements);
});

test('an unfinished literal or comment reaches to the end', () => {
  expect(splitStatements("SELECT 'a; SELECT 2;")).toEqual(["SELECT 'a; SELECT 2;"]);
  expect(splitStatements('SELECT 1 /* a; b')).toEqual(['SELECT 1 /* a; b']);
});

test('splitting what was joined gives the statements back', () => {
  const inside = fc.string({ unit: fc.constantFrom('a', ';', ' ', '\n', '-', '/', '*', 'é') });
  const piece = fc.oneof(
    fc.constantFrom('SELECT', '1', ' , ', '(x)', ' = ', '$1'),
    inside.map((text) => `'${text}'`),
    inside.map((text) => `\`${text}\``),
    inside.map((text) => `"${text}"`),
    inside.map((text) => `--${text.replaceAll('\n', '')}\n`),
    inside.map((text) => `/*${text.replaceAll('*', '')} */`),
  );
  const statement = fc.array(piece, { maxLength: 8 }).map((pieces) => `SELECT ${pieces.join(' ')}`.trim());
  fc.assert(
    fc.property(fc.array(statement), (statements) => {
      expect(splitStatements(`${statements.join('\n;\n')}\n;`)).toEqual(statements);
    }),
    { numRuns: 1_000 },
  );
});
