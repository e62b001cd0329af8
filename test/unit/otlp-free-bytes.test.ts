import { expect, test } from 'vitest';
import { freeBytes } from '../../collector/src/otlp/free-bytes.ts';

test('bytes of their own are gone at once', () => {
  const bytes = Buffer.allocUnsafeSlow(65_536);
  freeBytes(bytes);
  expect(bytes.length).toBe(0);
  expect(bytes.buffer.byteLength).toBe(0);
});

test('bytes that share their memory, or are few, stay', () => {
  const whole = Buffer.alloc(200_000, 7);
  const part = whole.subarray(1);
  freeBytes(part);
  expect([part.length, part[0]]).toEqual([199_999, 7]);
  const few = Buffer.allocUnsafeSlow(65_535);
  freeBytes(few);
  expect(few.length).toBe(65_535);
});
