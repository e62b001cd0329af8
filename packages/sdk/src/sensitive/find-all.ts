import { findEmail, findUrl, findUserInfo } from './addresses.ts';
import { findAssigned, findPerson } from './assignments.ts';
import type { Findings } from './findings.ts';
import { findIpv6 } from './ip-addresses.ts';
import { findNumber } from './numbers.ts';
import { findLettered, findProviderKey } from './provider-keys.ts';
import { findBearer, findJwt, findPrivateKey } from './secrets.ts';

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const SIGN = 3;

/** What a code unit of ASCII is to the search: most cost one look here. */
const CLASS = new Uint8Array(0x10000);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  CLASS[code] = /[A-Za-z_]/.test(character)
    ? LETTER
    : /\d/.test(character)
      ? DIGIT
      : '@:=%-'.includes(character)
        ? SIGN
        : OTHER;
}
const TITLES = new Set(['Mr', 'Mrs', 'Ms', 'Dr', 'Prof', 'Miss']);

/**
 * Finds all that is sensitive in one pass: each letter, digit or sign decides in a few steps whether a finder is asked. What finders look
 * at is bounded or skipped afterwards, so that the time is linear in the length. Gives whether there was something not ASCII.
 */
export function findAll(text: string, findings: Findings): boolean {
  const { length } = text;
  let foreign = false;
  let urlEnd = 0;
  let mailEnd = 0;
  let valueEnd = 0;
  let at = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    const kind = CLASS[code];
    if (kind === OTHER) {
      if (code > 127) foreign = true;
      at++;
    } else if (kind === LETTER) {
      at = atWord(text, at, findings);
    } else if (kind === DIGIT) {
      at = Math.max(at + 1, findNumber(text, at, findings));
    } else if (code === 0x2d) {
      at = text.startsWith('-----BEGIN', at) ? Math.max(at + 1, findPrivateKey(text, at, findings)) : at + 1;
    } else if (code === 0x40 || (code === 0x25 && text.startsWith('40', at + 1))) {
      const width = code === 0x40 ? 1 : 3;
      const secretEnd = width === 1 ? findUserInfo(text, at, mailEnd, findings) : at;
      mailEnd = secretEnd > at ? secretEnd : findEmail(text, at, width, mailEnd, findings);
      at = secretEnd > at ? secretEnd : at + width;
    } else if (code === 0x25) {
      at++;
    } else {
      if (code === 0x3a && text.startsWith('//', at + 1)) {
        if (at >= urlEnd) urlEnd = findUrl(text, at, findings);
        at += 3;
      } else {
        // What stands in a value is looked at too, since it may have a better name; but not for values in the value.
        if (at >= valueEnd) valueEnd = findAssigned(text, at, findings);
        at = Math.max(at + 1, code === 0x3a && valueEnd <= at ? findIpv6(text, at, findings) : at);
      }
    }
  }
  return foreign;
}

function atWord(text: string, start: number, findings: Findings): number {
  const { length } = text;
  let end = start + 1;
  let firstDigit = -1;
  for (; end < length; end++) {
    const code = text.charCodeAt(end);
    const kind = CLASS[code];
    if (kind === LETTER) continue;
    if (kind !== DIGIT) break;
    if (firstDigit === -1) firstDigit = end;
  }
  const next = end < length ? text.charCodeAt(end) : 0;
  if (end - start >= 16 || next === 0x2d || next === 0x2e) {
    if (text.startsWith('eyJ', start)) return Math.max(end, findJwt(text, start, findings));
    const keyEnd = findProviderKey(text, start, findings);
    if (keyEnd > start) return Math.max(end, keyEnd);
  }
  if (firstDigit !== -1) {
    const found = findLettered(text, start, end, findings);
    if (found > start) return Math.max(found, end);
    // Digits at the end of a word may begin a number: `SSN123-45-6789`.
    return lastDigits(text, start, end) < end
      ? Math.max(end, findNumber(text, lastDigits(text, start, end), findings))
      : end;
  }
  return end - start <= 6 ? atShortWord(text, start, end, findings) : end;
}

function lastDigits(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && CLASS[text.charCodeAt(at - 1)] === DIGIT) at--;
  return at;
}

function atShortWord(text: string, start: number, end: number, findings: Findings): number {
  const first = text.charCodeAt(start);
  const lower = first | 32;
  const length = end - start;
  if (lower === 0x62 && length >= 5) {
    const word = text.slice(start, end).toLowerCase();
    return word === 'bearer' || word === 'basic' ? Math.max(end, findBearer(text, end, findings)) : end;
  }
  if (lower === 0x6e && length === 4 && text.startsWith(' is ', end) && /^name$/i.test(text.slice(start, end))) {
    return Math.max(end, findPerson(text, end + 4, findings, 0.85));
  }
  if ((first === 0x4d || first === 0x44 || first === 0x50) && length <= 4 && TITLES.has(text.slice(start, end))) {
    const at = text[end] === '.' ? end + 1 : end;
    if (text[at] === ' ') return Math.max(end, findPerson(text, at + 1, findings, 0.8));
  }
  return end;
}
