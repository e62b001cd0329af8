import { isLuhnValid, isNhsNumber, isNpi, isRoutingNumber, isSsn } from './checksums.ts';
import { type Cue, cueBefore } from './cues.ts';
import { findDate, findMonthDate } from './dates.ts';
import type { Findings } from './findings.ts';
import { findIpv4 } from './ip-addresses.ts';
import { findPhone } from './phones.ts';
import { digitsEnd, isDigit, isLetter, isLetterOrDigit, precedesAsHex } from './text-places.ts';
import { findZip } from './zips.ts';

const CARD = /\d{4}([ -]?)(?:\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{6}\1\d{4,5})(?!\d)/y;
const SSN = /(\d{3})([- .])(\d{2})\2(\d{4})(?![\d]|[-.]\d)/y;
/** Issuers' first digits and lengths: ISO/IEC 7812, as the networks publish them. */
const ISSUER =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:5[06-8]|6\d)\d{10,17})$/;

/** Finds what begins with a digit: cards, social security numbers, phones, addresses, dates and numbers that a word before them names. */
export function findNumber(text: string, at: number, findings: Findings): number {
  const end = digitsEnd(text, at);
  const length = end - at;
  const before = at === 0 ? 0 : text.charCodeAt(at - 1);
  // A decimal fraction, or a part of something hexadecimal.
  if (before === 0x2e && at > 1 && isDigit(text.charCodeAt(at - 2))) return end;
  const next = end < text.length ? text.charCodeAt(end) : 0;
  const separated = isSeparator(next) && joinsDigit(text, end);
  if (isLetter(before) && precedesAsHex(text, at)) return end;
  if (
    before === 0x2b ||
    before === 0x28 ||
    (separated && length <= 4 && (length >= 2 || text[at] === '1')) ||
    length === 10 ||
    length === 11
  ) {
    const phoneEnd = findPhone(text, at, end, findings);
    if (phoneEnd > end) return phoneEnd;
  }
  if (length <= 4) return separated ? findGrouped(text, at, end, next, findings) : findYear(text, at, end, findings);
  if (isLetterOrDigit(next)) return end;
  if (length >= 12 && length <= 19) findCard(text, at, findings);
  if (length === 5) findZip(text, at, end, findings);
  if (length <= 17) findNamed(text, at, end, findings);
  return end;
}

function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x2d || code === 0x2e || code === 0x2f || code === 0x29;
}

/** Whether digits follow a separator, or two: most numbers stand alone. */
function joinsDigit(text: string, separator: number): boolean {
  if (isDigit(text.charCodeAt(separator + 1))) return true;
  return isSeparator(text.charCodeAt(separator + 1)) && isDigit(text.charCodeAt(separator + 2));
}

function findGrouped(text: string, at: number, end: number, next: number, findings: Findings): number {
  const length = end - at;
  if (length === 3 && next !== 0x2f) {
    SSN.lastIndex = at;
    const [whole, area = '', separator, group = '', serial = ''] = SSN.exec(text) ?? [];
    if (whole !== undefined && isSsn(area, group, serial)) {
      findings.add('SSN', at, at + whole.length, separator === '-' || cueBefore(text, at) === 'ssn' ? 0.95 : 0.7);
      return at + whole.length;
    }
  }
  if (length === 4) {
    const cardEnd = findCard(text, at, findings);
    if (cardEnd > end) return cardEnd;
  }
  if (next === 0x2e && length <= 3) {
    const ipEnd = findIpv4(text, at, findings);
    if (ipEnd > end) return ipEnd;
  }
  if (length === 3 && next === 0x20) findNhs(text, at, findings);
  const dateEnd = findDate(text, at, findings);
  return dateEnd > end ? dateEnd : findYear(text, at, end, findings);
}

function findYear(text: string, at: number, end: number, findings: Findings): number {
  if (end - at === 4 || end - at <= 2) return Math.max(end, findMonthDate(text, at, end, findings));
  return end;
}

function findCard(text: string, at: number, findings: Findings): number {
  CARD.lastIndex = at;
  const [whole] = CARD.exec(text) ?? [];
  if (whole === undefined) return at;
  const digits = whole.replace(/[ -]/g, '');
  const end = at + whole.length;
  if (digits.length < 12 || !ISSUER.test(digits) || !isLuhnValid(digits) || isLetter(text.charCodeAt(end))) return at;
  if (/^(\d)\1+$/.test(digits)) return at;
  findings.add('CREDIT_CARD', at, end, whole.length > digits.length ? 0.95 : 0.9);
  return end;
}

const NHS = /\d{3} \d{3} \d{4}(?!\d)/y;

function findNhs(text: string, at: number, findings: Findings): void {
  NHS.lastIndex = at;
  const [whole] = NHS.exec(text) ?? [];
  if (whole === undefined || !isNhsNumber(whole.replaceAll(' ', '')) || cueBefore(text, at) !== 'nhs') return;
  findings.add('NHS_NUMBER', at, at + whole.length, 0.95);
}

function findNamed(text: string, at: number, end: number, findings: Findings): void {
  const length = end - at;
  if (length < 5) return;
  const cue = cueBefore(text, at);
  if (cue === undefined) return;
  const digits = text.slice(at, end);
  const kind = namedKind(cue, digits);
  if (kind !== undefined) findings.add(kind, at, end, 0.9);
}

function namedKind(cue: Cue, digits: string): Parameters<Findings['add']>[0] | undefined {
  const { length } = digits;
  switch (cue) {
    case 'ssn':
      return length === 9 && isSsn(digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)) ? 'SSN' : undefined;
    case 'npi':
      return isNpi(digits) ? 'NPI' : undefined;
    case 'mrn':
      return length <= 12 ? 'MRN' : undefined;
    case 'nhs':
      return isNhsNumber(digits) ? 'NHS_NUMBER' : undefined;
    case 'passport':
      return length >= 7 && length <= 9 ? 'PASSPORT' : undefined;
    case 'license':
      return length >= 7 && length <= 12 ? 'DRIVER_LICENSE' : undefined;
    case 'routing':
      return isRoutingNumber(digits) ? 'BANK_ROUTING' : undefined;
    case 'account':
      return length >= 7 ? 'BANK_ACCOUNT' : undefined;
    default:
      return undefined;
  }
}
