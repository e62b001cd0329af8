import { expect, test } from 'vitest';
import { InsertError } from '../../collector/src/engine/insert-error.ts';
import { isNoSpace } from '../../collector/src/engine/no-space.ts';

const withCode = (code: string): Error => Object.assign(new Error('in other words'), { code });

test.each([
  withCode('ENOSPC'),
  withCode('EDQUOT'),
  withCode('243'),
  new InsertError('INSERT_REFUSED', 'refused', { outcome: 'unknown', serverCode: 243 }),
  new Error('Code: 76. DB::ErrnoException: Cannot open file, errno: 28, strerror: No space left on device'),
  new Error('it failed', { cause: withCode('ENOSPC') }),
])('%s says that a disk is full', (error) => {
  expect(isNoSpace(error)).toBe(true);
});

test.each([
  new Error('243'),
  withCode('EACCES'),
  new InsertError('INSERT_REFUSED', 'refused', { outcome: 'unknown', serverCode: 241 }),
])('%s says something else', (error) => {
  expect(isNoSpace(error)).toBe(false);
});
