import { cueBefore } from './cues.ts';
import type { Findings } from './findings.ts';
import { isDigit } from './text-places.ts';

/** North American Numbering Plan: neither area code nor exchange begins with 0 or 1. */
const NANP = /(?:1[-. ])?((?!\d11)[2-9]\d\d)(\) ?|[-. ]) ?([2-9]\d\d)([-. ])(\d{4})(?!\d|[-.]\d)/y;
const INTERNATIONAL = /\d{1,3}(?:[ .-]{0,1}\(?\d{1,5}\)?){1,6}(?!\d)/y;
/** National numbers: 0 and the trunk code, in groups. */
const TRUNK = /0\d{1,4}[ /-]\d{2,4}(?:[ -]?\d{2,4}){1,3}(?!\d|[-.]\d)/y;
/** Country codes that ITU-T E.164 assigns (list of 15 December 2016, with zones 1 and 7). */
const COUNTRY =
  /^(?:1|7|2(?:[07]|1[1-368]|[2-6]\d|9[0-19])|3(?:[0-469]|5\d|7[0-8]|8[0-35-79])|4(?:[013-9]|2[0-3])|5(?:[1-8]|0\d|9\d)|6(?:[0-6]|[78]\d|9[0-2])|8(?:[1246]|5[02356]|8[0-6])|9(?:[0-58]|6[0-8]|7[0-79]|9[2-68]))/;

/** Finds a phone number whose digits begin at a place. Gives its end, or the place. */
export function findPhone(text: string, at: number, digitsEnd: number, findings: Findings): number {
  const before = text[at - 1];
  if (before === '+') return findInternational(text, at, findings);
  const length = digitsEnd - at;
  if (length >= 10) return findPlain(text, at, digitsEnd, findings);
  if (before === '-' && isDigit(text.charCodeAt(at - 2))) return at;
  NANP.lastIndex = at;
  const match = NANP.exec(text);
  if (match !== null) {
    const [whole, , first = '', , second] = match;
    const start = before === '(' ? at - 1 : at;
    // Three groups with spaces between them may be any figures.
    const spaced = first === ' ' || second === ' ';
    if (spaced && cueBefore(text, at) !== 'phone') return at;
    findings.add('PHONE', start, at + whole.length, 0.85);
    return at + whole.length;
  }
  if (text[at] !== '0' || (length < 3 && text[digitsEnd] !== ' ')) return at;
  TRUNK.lastIndex = at;
  const [trunk] = TRUNK.exec(text) ?? [];
  if (trunk === undefined || cueBefore(text, at) !== 'phone') return at;
  findings.add('PHONE', at, at + trunk.length, 0.85);
  return at + trunk.length;
}

function findInternational(text: string, at: number, findings: Findings): number {
  INTERNATIONAL.lastIndex = at;
  const [whole] = INTERNATIONAL.exec(text) ?? [];
  if (whole === undefined) return at;
  const digits = whole.replace(/\D/g, '');
  if (digits.length < 8 || digits.length > 15 || !COUNTRY.test(digits)) return at;
  findings.add('PHONE', at - 1, at + whole.length, 0.9);
  return at + whole.length;
}

function findPlain(text: string, at: number, end: number, findings: Findings): number {
  const digits = text.slice(at, end);
  if (!/^(?:1?[2-9]\d\d[2-9]\d{6}|0\d{9,10})$/.test(digits) || cueBefore(text, at) !== 'phone') return at;
  findings.add('PHONE', at, end, 0.85);
  return end;
}
