import { cueBefore } from './cues.ts';
import type { Findings } from './findings.ts';
import { isDigit, isLetterOrDigit } from './text-places.ts';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`${OCTET}(?:\\.${OCTET}){3}(?!\\d|\\.\\d)`, 'y');
/** This host, loopback, broadcast and documentation (RFC 6890) name nobody. */
const NOBODY = /^(?:0\.|127\.|255\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const LONGEST = 45;

/** Finds an IPv4 address that begins at a place. Gives its end, or the place. */
export function findIpv4(text: string, at: number, findings: Findings): number {
  IPV4.lastIndex = at;
  const [whole] = IPV4.exec(text) ?? [];
  if (whole === undefined) return at;
  const end = at + whole.length;
  if (text[at - 1] === 'v' || text[at - 1] === '-' || cueBefore(text, at) === 'version') return end;
  findings.add('IP', at, end, NOBODY.test(whole) ? 0.3 : 0.85);
  return end;
}

/** Finds an IPv6 address around a colon. Gives its end, or the place. */
export function findIpv6(text: string, colon: number, findings: Findings): number {
  let start = colon;
  while (start > 0 && colon - start < LONGEST && isAddressUnit(text.charCodeAt(start - 1))) start--;
  let end = colon + 1;
  while (end < text.length && end - start <= LONGEST && isAddressUnit(text.charCodeAt(end))) end++;
  if (isLetterOrDigit(text.charCodeAt(start - 1)) || isLetterOrDigit(text.charCodeAt(end))) return colon;
  while (end > colon + 1 && text[end - 1] === '.') end--;
  if (text[end - 1] === ':' && text[end - 2] !== ':') end--;
  if (!isIpv6(text.slice(start, end))) return colon;
  findings.add('IP', start, end, 0.85);
  return end;
}

function isAddressUnit(code: number): boolean {
  const lower = code | 32;
  return isDigit(code) || (lower >= 97 && lower <= 102) || code === 0x3a || code === 0x2e;
}

function isIpv6(address: string): boolean {
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const dotted = last?.includes('.') === true;
  const hexGroups = dotted ? groups.slice(0, -1) : groups;
  if (!hexGroups.every((group) => GROUP.test(group))) return false;
  if (dotted && !/^(?:\d{1,3}\.){3}\d{1,3}$/.test(last ?? '')) return false;
  const size = groups.length + (dotted ? 1 : 0);
  if (halves.length === 1) return size === 8;
  // `a::b` is more often a name in a programming language.
  return size <= 7 && size >= 2 && /\d/.test(address) && groups.some((group) => group.length > 2 || dotted);
}
