import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Copy, Slabs } from '../../collector/src/append/slabs.ts';

const filled = (length: number, seed: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * seed) % 251);
const joined = ({ pieces }: Copy): Buffer => Buffer.concat(pieces);

test('copies hold what was copied until they are released, whatever is copied and released meanwhile', () => {
  const lengths = fc.oneof(fc.nat({ max: 70_000 }), fc.constantFrom(0, 65_536, 65_537, 262_144, 262_145, 700_000));
  fc.assert(
    fc.property(fc.array(fc.record({ length: lengths, releases: fc.boolean() }), { maxLength: 12 }), (steps) => {
      const slabs = new Slabs();
      const held: { copy: Copy; length: number; seed: number }[] = [];
      for (const [at, { length, releases }] of steps.entries()) {
        const source = filled(length, at + 1);
        held.push({ copy: slabs.copy(source), length, seed: at + 1 });
        source.fill(0xff);
        if (releases) held.shift()?.copy.release();
      }
      for (const { copy, length, seed } of held) {
        expect(joined(copy).equals(filled(length, seed))).toBe(true);
        expect(copy.heldBytes).toBeGreaterThanOrEqual(length);
      }
    }),
    { numRuns: 30 },
  );
});

test('memory is used again, and no more is held than four times what is copied', () => {
  const slabs = new Slabs();
  const first = slabs.copy(filled(300_000, 3));
  const memory = new Set(first.pieces.map((piece) => piece.buffer));
  first.release();
  const second = slabs.copy(filled(300_000, 5));
  expect(second.pieces.every((piece) => memory.has(piece.buffer))).toBe(true);
  expect(second.heldBytes).toBe(524_288);
  expect(slabs.copy(filled(65_537, 1)).heldBytes).toBe(262_144);
});
