import { entropyOf } from './checksums.ts';
import type { Findings } from './findings.ts';
import { isLetterOrDigit, tokenEnd } from './text-places.ts';

const BEGIN = /-----BEGIN (?:[A-Z0-9]{2,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const END = /-----END (?:[A-Z0-9]{2,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;

/** Finds a private key in PEM or PGP form whose first dash stands at a place. One without an end reaches to the end of the text. */
export function findPrivateKey(text: string, at: number, findings: Findings): number {
  BEGIN.lastIndex = at;
  if (!BEGIN.test(text)) return at;
  END.lastIndex = BEGIN.lastIndex;
  const end = END.test(text) ? END.lastIndex : text.length;
  findings.add('PRIVATE_KEY', at, end, 1);
  return end;
}

/** Finds a JSON web token that begins at a place: `eyJ` is `{"` in base64url. Gives where the search goes on. */
export function findJwt(text: string, at: number, findings: Findings): number {
  const header = tokenEnd(text, at);
  if (header - at < 12 || text[header] !== '.') return header;
  const payload = tokenEnd(text, header + 1);
  if (payload - header < 9) return header;
  const end = text[payload] === '.' ? tokenEnd(text, payload + 1) : payload;
  findings.add('JWT', at, end, 0.95);
  return end;
}

/** Finds the credential after `Bearer` or `Basic`, whose end is the place. Gives its end, or the place. */
export function findBearer(text: string, at: number, findings: Findings): number {
  let start = at;
  while (start < text.length && start - at < 4 && text[start] === ' ') start++;
  if (start === at) return at;
  let end = start;
  while (end < text.length && isBearerUnit(text.charCodeAt(end))) end++;
  const token = text.slice(start, Math.min(end, start + 256));
  if (token.length < 12 || !/\d/.test(token) || !/[A-Za-z]/.test(token) || entropyOf(token) < 2.8) return at;
  findings.add('BEARER_TOKEN', start, end, 0.85);
  return end;
}

function isBearerUnit(code: number): boolean {
  return isLetterOrDigit(code) || '-._~+/='.includes(String.fromCharCode(code));
}
