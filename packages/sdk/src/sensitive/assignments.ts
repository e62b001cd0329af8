import { entropyOf } from './checksums.ts';
import type { Findings } from './findings.ts';
import type { SensitiveKind } from './kinds.ts';
import { isLetterOrDigit } from './text-places.ts';

const LONGEST_NAME = 40;
/** So much of a value is looked at; one that is found is masked to its end. */
const LONGEST_VALUE = 128;
const PASSWORD = /(?:pass(?:word|wd|phrase|code)|^pwd|_pwd|^pass|_pass|^pin|_pin|kennwort|passwort|contrasena)$/;
const SECRET =
  /(?:secret|token|salt|credentials?|(?:api|access|private|secret|encryption|signing|auth|service|subscription|account|master|client|app|license|shared)[._-]?keys?|apikey|authorization|cookie|session[._-]?id|(?:conn|connection)[._-]?string|dsn)$/;
const NAME =
  /(?:(?:^|[._-])(?:full|first|last|middle|sur|family|given|patient|customer|client|employee|contact|holder|cardholder|maiden|person|legal)[._ -]?name|^(?:patient|insured|beneficiary|cardholder|employee))$/;
const PERSON =
  /[A-Z](?:'[A-Z])?[a-z'-]{1,20}(?: (?:[A-Z]\.|(?:van|von|de|der|den|la|el|bin|al) )?(?: ?[A-Z](?:'[A-Z])?[a-z'-]{1,20})){0,3}(?![A-Za-z])/y;
/** Ends of the names above, so that most colons cost one look. */
const ENDS = new Set('dsehntyrigo'.split('').map((letter) => letter.charCodeAt(0)));
/** What ends a value without quotes. */
const PLAIN_END = new Uint8Array(128).fill(1, 0, 0x21);
for (const end of ',;&"\'`)}]<>\\') PLAIN_END[end.charCodeAt(0)] = 1;
const PLACEHOLDER =
  /^(?:\[REDACTED|\[CREDENTIAL-REDACTED|\$\{|\$[A-Z_]+$|<|\{|\(|%|process\.env|os\.environ|env\.|getenv|your[-_ ]|(?:null|none|nil|undefined|true|false|string|number|required|optional|example|changeme|redacted|missing|invalid|expired|empty|unset|hidden|bearer|basic)\b|[x*.•#_-]+$)/i;

/** Finds the value after a `:` or `=` whose name says that it is secret, or a person's. Gives its end, or the place. */
export function findAssigned(text: string, sign: number, findings: Findings): number {
  let nameEnd = sign;
  while (nameEnd > 0 && sign - nameEnd < 4 && isNameEdge(text.charCodeAt(nameEnd - 1))) nameEnd--;
  if (nameEnd === 0 || !ENDS.has(text.charCodeAt(nameEnd - 1) | 32)) return sign;
  let nameStart = nameEnd;
  while (nameStart > 0 && nameEnd - nameStart < LONGEST_NAME && isNameUnit(text.charCodeAt(nameStart - 1))) nameStart--;
  const written = text.slice(nameStart, nameEnd);
  const name = written.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  const isPassword = PASSWORD.test(name);
  if (!isPassword && !SECRET.test(name))
    return NAME.test(name) ? findPerson(text, valueStart(text, sign), findings) : sign;
  const value = valueAt(text, sign);
  const content = text.slice(value.start, value.end);
  if (content === '' || PLACEHOLDER.test(content)) return sign;
  const end = isPassword
    ? addPassword(text, sign, value, content, findings)
    : addSecret(name, text, value, content, findings);
  return Math.max(sign, end);
}

interface Value {
  readonly start: number;
  readonly end: number;
  readonly quote: string | undefined;
}

function addPassword(text: string, sign: number, value: Value, content: string, findings: Findings): number {
  const prose = text[sign] === ':' && value.quote === undefined && /^[A-Za-z]+$/.test(content);
  if (content.length < 4 || prose) return -1;
  return add('PASSWORD', text, value, 0.9, findings);
}

function addSecret(name: string, text: string, value: Value, content: string, findings: Findings): number {
  if (content.length < 12 || /\s/.test(content) || /^[\d.,:-]+$/.test(content) || !/\d/.test(content)) return -1;
  const head = content.slice(0, 256);
  const entropy = entropyOf(head);
  if (/^[0-9a-f]{32,}$/i.test(content) && entropy >= 3) return add('HIGH_ENTROPY_HEX', text, value, 0.8, findings);
  if (/^[A-Za-z0-9/+=]{40}$/.test(content) && /secret/.test(name) && entropy >= 4) {
    return add('AWS_SECRET_KEY', text, value, 0.9, findings);
  }
  const least = content.length < 20 ? 2.8 : 3.2;
  return entropy >= least ? add('API_KEY_GENERIC', text, value, 0.85, findings) : -1;
}

function add(
  kind: SensitiveKind,
  text: string,
  { start, quote }: Value,
  confidence: number,
  findings: Findings,
): number {
  const end = valueEnd(text, start, quote, text.length);
  findings.add(kind, start, end, confidence);
  return end;
}

/** Finds a person's name that begins at a place. Gives its end, or the place. */
export function findPerson(text: string, at: number, findings: Findings, confidence = 0.8): number {
  PERSON.lastIndex = at;
  if (!PERSON.test(text)) return at;
  findings.add('NAME', at, PERSON.lastIndex, confidence);
  return PERSON.lastIndex;
}

function valueStart(text: string, sign: number): number {
  let at = sign + 1;
  while (at < text.length && at - sign < 6 && ' \t"\'`\\=>'.includes(text[at] ?? '')) at++;
  return at;
}

function valueAt(text: string, sign: number): Value {
  const start = valueStart(text, sign);
  const quote = text[start - 1];
  const quoted = quote === '"' || quote === "'" || quote === '`';
  return {
    start,
    end: valueEnd(text, start, quoted ? quote : undefined, start + LONGEST_VALUE),
    quote: quoted ? quote : undefined,
  };
}

function valueEnd(text: string, start: number, quote: string | undefined, most: number): number {
  const last = Math.min(most, text.length);
  let end = start;
  while (end < last && !(quote === undefined ? endsPlain(text.charCodeAt(end)) : endsQuoted(text, end, quote))) {
    end += quote !== undefined && text[end] === '\\' ? 2 : 1;
  }
  return Math.min(end, text.length);
}

function endsQuoted(text: string, at: number, quote: string | undefined): boolean {
  return text[at] === quote || text[at] === '\n' || (text[at] === '\\' && text[at + 1] === quote);
}

function endsPlain(code: number): boolean {
  return code < 128 && PLAIN_END[code] === 1;
}

function isNameEdge(code: number): boolean {
  return code === 0x20 || code === 0x22 || code === 0x27 || code === 0x5d || code === 0x5c || code === 0x60;
}

function isNameUnit(code: number): boolean {
  return isLetterOrDigit(code) || code === 0x5f || code === 0x2d || code === 0x2e || code === 0x20;
}
