import { cueBefore } from './cues.ts';
import type { Findings } from './findings.ts';

const YEAR_FIRST = /(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/y;
const YEAR_LAST = /(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d]|[-/.]\d)/y;
const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}';
const MONTH_BEFORE_YEAR = new RegExp(`\\b${MONTH}\\.? {1,2}\\d{1,2}(?:st|nd|rd|th)?,? {1,2}$`, 'i');
const MONTH_AFTER_DAY = new RegExp(`\\d{1,2}(?:st|nd|rd|th)? (?:of )?${MONTH}\\.?,? (?:19|20)\\d\\d(?!\\d)`, 'iy');
const LONGEST_MONTH = 22;

/** A date as such is no secret: every log is full of them. After a word such as `born` it is. */
const ALONE = 0.4;
const NAMED = 0.9;

/** Finds a date in digits that begins at a place. Gives its end, or the place. */
export function findDate(text: string, at: number, findings: Findings): number {
  YEAR_FIRST.lastIndex = at;
  const first = YEAR_FIRST.exec(text);
  if (first !== null) return add(text, at, first[0], first[3], first[4], findings);
  YEAR_LAST.lastIndex = at;
  const last = YEAR_LAST.exec(text);
  return last === null ? at : add(text, at, last[0], last[1], last[3], findings);
}

/** Finds a date with its month in English letters around a year or a day at a place. Gives its end, or the place. */
export function findMonthDate(text: string, at: number, end: number, findings: Findings): number {
  if (end - at === 4) {
    if ((text[at] !== '1' && text[at] !== '2') || !/[\d,.thd]/.test(text[at - 2] ?? '')) return at;
    const before = MONTH_BEFORE_YEAR.exec(text.slice(Math.max(0, at - LONGEST_MONTH), at));
    if (before === null) return at;
    const start = at - before[0].length;
    findings.add('DATE', start, end, cueBefore(text, start) === 'birth' ? NAMED : ALONE);
    return end;
  }
  if (text[end] !== ' ' && !/[snrt]/.test(text[end] ?? '')) return at;
  MONTH_AFTER_DAY.lastIndex = at;
  const [whole] = MONTH_AFTER_DAY.exec(text) ?? [];
  if (whole === undefined) return at;
  findings.add('DATE', at, at + whole.length, cueBefore(text, at) === 'birth' ? NAMED : ALONE);
  return at + whole.length;
}

function add(
  text: string,
  at: number,
  whole: string,
  one: string | undefined,
  other: string | undefined,
  findings: Findings,
): number {
  const [low, high] = [Number(one), Number(other)].sort((a, b) => a - b) as [number, number];
  if (low < 1 || low > 12 || high > 31) return at;
  findings.add('DATE', at, at + whole.length, cueBefore(text, at) === 'birth' ? NAMED : ALONE);
  return at + whole.length;
}
