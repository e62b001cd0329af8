import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readWhole } from '../../collector/src/receive/pieces.ts';

const textOf = (body: Uint8Array): string => Buffer.from(body).toString('hex');

test('a body is the same in however many pieces it comes, and after another body', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
      fc.nat({ max: 4000 }),
      (pieces, other) => {
        readWhole({ pieces: [Buffer.alloc(other, 0xee), Buffer.alloc(1, 0xee)], size: other + 1 }, () => undefined);
        const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
        expect(readWhole({ pieces, size }, textOf)).toBe(pieces.map(textOf).join(''));
      },
    ),
  );
});

test('a large body is freed when it was read', () => {
  const half = Buffer.alloc(3 << 20, 1);
  const seen = readWhole({ pieces: [half, half], size: 6 << 20 }, (body) => {
    expect([body.length, body[0], body.at(-1)]).toEqual([6 << 20, 1, 1]);
    return body;
  });
  expect(seen.length).toBe(0);
  expect(half.length).toBe(3 << 20);
});
