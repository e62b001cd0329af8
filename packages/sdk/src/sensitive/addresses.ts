import type { Findings } from './findings.ts';
import { isLetter, isLetterOrDigit } from './text-places.ts';

/** Endings of file names that stand after an `@`, as in `logo@2x.png`. */
const FILE_ENDINGS = new Set(
  'png jpg jpeg gif svg webp ico js mjs cjs ts tsx jsx css scss map json lock tgz whl'.split(' '),
);
const PROFILE =
  /^https?:\/\/(?:[\w-]{1,30}\.)?(?:linkedin\.com\/in|facebook\.com|instagram\.com|twitter\.com|x\.com|tiktok\.com\/@|threads\.net\/@|t\.me|xing\.com\/profile)\/?[\w.%-]{2,}/i;
const LONGEST_URL = 2048;

/** Finds an address of mail around an `@` (or `%40`, then `width` is 3). Gives where the search goes on. */
export function findEmail(text: string, sign: number, width: number, from: number, findings: Findings): number {
  let start = sign;
  while (start > from && isLocalUnit(text.charCodeAt(start - 1))) start--;
  while (start < sign && text[start] === '.') start++;
  let end = sign + width;
  while (end < text.length && isDomainUnit(text.charCodeAt(end))) end++;
  while (end > sign + width && /[.-]/.test(text[end - 1] ?? '')) end--;
  const next = Math.max(end, sign + width);
  const domain = text.slice(sign + width, end);
  const top = domain.slice(domain.lastIndexOf('.') + 1);
  if (start === sign || top.length === domain.length || domain.includes('..')) return next;
  if (!isTopLevel(top) || FILE_ENDINGS.has(top.toLowerCase())) return next;
  if (text.slice(start, sign) === 'git' && text[end] === ':') return next;
  findings.add('EMAIL', start, end, 0.95);
  return next;
}

/** Finds a user's name and password between `://` and an `@`. Gives its end, or the place. */
export function findUserInfo(text: string, sign: number, from: number, findings: Findings): number {
  let start = sign;
  while (start > from && isUserInfoUnit(text.charCodeAt(start - 1))) start--;
  if (text[start - 1] !== '/' || text[start - 2] !== '/' || text[start - 3] !== ':') return sign;
  const colon = text.indexOf(':', start);
  if (colon === -1 || colon >= sign - 1) return sign;
  let scheme = start - 3;
  while (scheme > 0 && start - scheme < 24 && isSchemeUnit(text.charCodeAt(scheme - 1))) scheme--;
  let end = sign + 1;
  while (end < text.length && isUrlUnit(text.charCodeAt(end))) end++;
  if (/^(?:\$\{|<|\{\{|%s|\*+$|x+$)/i.test(text.slice(colon + 1, sign))) return sign;
  findings.add('DB_CONN_STRING', scheme, end, 0.95);
  return end;
}

/** Finds a web address around its `://`: one that names a person; others are found with less confidence. Gives its end. */
export function findUrl(text: string, colon: number, findings: Findings): number {
  let start = colon;
  while (start > 0 && colon - start < 12 && isLetter(text.charCodeAt(start - 1))) start--;
  let end = colon + 3;
  while (end < text.length && end - start < LONGEST_URL && isUrlUnit(text.charCodeAt(end))) end++;
  while (end > colon + 3 && /[.,;:!?)\]]/.test(text[end - 1] ?? '')) end--;
  if (start < colon && end > colon + 4) {
    findings.add('URL', start, end, PROFILE.test(text.slice(start, Math.min(end, start + 256))) ? 0.8 : 0.5);
  }
  return end;
}

function isLocalUnit(code: number): boolean {
  return isLetterOrDigit(code) || code > 127 || ".!#$%&'*+-^_`~|".includes(String.fromCharCode(code));
}

function isDomainUnit(code: number): boolean {
  return (
    isLetterOrDigit(code) ||
    code === 0x2e ||
    code === 0x2d ||
    (code > 127 && !/[\s\p{P}]/u.test(String.fromCharCode(code)))
  );
}

function isTopLevel(top: string): boolean {
  return top.length >= 2 && top.length <= 24 && (/^[a-z]+$/i.test(top) || /^xn--/i.test(top) || !/[\d-]/.test(top));
}

function isUserInfoUnit(code: number): boolean {
  return code > 0x20 && code !== 0x2f && code !== 0x22 && code !== 0x27 && code !== 0x3c && code !== 0x3e;
}

function isSchemeUnit(code: number): boolean {
  return isLetterOrDigit(code) || code === 0x2b || code === 0x2e || code === 0x2d;
}

function isUrlUnit(code: number): boolean {
  return (
    code > 0x20 && code !== 0x22 && code !== 0x27 && code !== 0x3c && code !== 0x3e && code !== 0x60 && code !== 0x5c
  );
}
