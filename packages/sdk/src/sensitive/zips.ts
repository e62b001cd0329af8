import { cueBefore } from './cues.ts';
import type { Findings } from './findings.ts';

const STATES = new Set(
  'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR'.split(
    ' ',
  ),
);
const PLUS_FOUR = /-\d{4}(?!\d|-)/y;

/** Finds a US ZIP code: five digits after a state's letters or a word such as `zip`, with or without the four of ZIP+4. */
export function findZip(text: string, at: number, digitsEnd: number, findings: Findings): void {
  PLUS_FOUR.lastIndex = digitsEnd;
  const end = PLUS_FOUR.test(text) ? digitsEnd + 5 : digitsEnd;
  const before = text.slice(Math.max(0, at - 4), at);
  const [, state] = /(?:^|[ ,])([A-Z]{2})[ ,]$/.exec(before) ?? [];
  if (state !== undefined && STATES.has(state)) findings.add('ZIP', at, end, 0.8);
  else if (cueBefore(text, at) === 'zip') findings.add('ZIP', at, end, 0.9);
}
