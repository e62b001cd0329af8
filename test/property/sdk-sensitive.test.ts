import { sensitiveScanner } from '@spanledger/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCorpus } from '../sensitive-corpus.ts';

const scanner = sensitiveScanner();
const masked = (text: string): string => scanner.mask(text, scanner.scan(text));
const corpus = readCorpus();
/** Values that are found wherever they stand between spaces. */
const values = corpus.flatMap(({ text, labels }) =>
  labels.map(({ start, end }) => text.slice(start, end)).filter((value) => isFoundAlone(value)),
);
const plain = fc.array(
  fc.constantFrom('the', 'order', 'ready', 'river', '12', '—', 'naïve', '東京', '\n', '(', '{"a":1}'),
  {
    maxLength: 8,
  },
);
const odd = fc.string({ unit: 'binary', maxLength: 80 });
const hostile = fc
  .array(
    fc.constantFrom(
      '@',
      ':',
      '=',
      '-',
      '.',
      '1',
      '4111',
      'a',
      'token',
      'password',
      '"',
      '\\',
      ' ',
      '//',
      '%40',
      '\u200b',
      '１',
      'eyJ',
      'sk-',
      '\n',
      '+',
      '(',
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(''));

function isFoundAlone(value: string): boolean {
  const [match, ...more] = scanner.scan(`x ${value} y`);
  return match !== undefined && more.length === 0 && match.start <= 2 && match.end >= value.length + 2;
}

describe('sensitive text', () => {
  test('a value is found among any words, at the right place, and never left', () => {
    expect(values.length).toBeGreaterThan(250);
    fc.assert(
      fc.property(plain, fc.constantFrom(...values), plain, (before, value, after) => {
        const lead = `${before.join(' ')} | `;
        const text = `${lead}${value} | ${after.join(' ')}`;
        const matches = scanner.scan(text);
        const covering = matches.find((match) => match.start <= lead.length && match.end >= lead.length + value.length);
        expect(covering, text).toBeDefined();
        expect(scanner.mask(text, matches).includes(value) && value.length > 6).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('matches are in order, apart, and within the text', () => {
    fc.assert(
      fc.property(fc.oneof(odd, hostile), (text) => {
        let from = 0;
        for (const { start, end } of scanner.scan(text)) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThan(start);
          from = end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 5000 },
    );
  });

  test('masking what is masked changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, odd), (text) => {
        const once = masked(text);
        expect(masked(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  test('invisible characters in a value hide nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...values),
        fc.nat(),
        fc.constantFrom('\u200b', '\u2060', '\u00ad', '\ufe0f', '\u0301'),
        (value, at, invisible) => {
          const place = 1 + (at % Math.max(1, value.length - 1));
          const text = `x ${value.slice(0, place)}${invisible}${value.slice(place)} y`;
          const tail = value.slice(-4);
          expect(masked(text)).not.toContain(`${value.slice(0, place)}${invisible}${value.slice(place)}`);
          expect(tail.length < 4 || masked(text).endsWith(`${tail} y`) === false, text).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('any JSON keeps its shape, and no prototype is reached', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const copy = scanner.maskValue(value);
        expect(shapeOf(copy)).toEqual(shapeOf(value));
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(shapeOf);
  return value === null ? 'null' : 'value';
}
