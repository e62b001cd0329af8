import { below, GREAT, mutateBytes, pick } from './otlp-mutations.ts';
import type { Random } from './otlp-wire.ts';

const LITERALS = [
  ...[
    'null',
    'true',
    '0',
    '-0',
    '1e400',
    '-1',
    '1.5',
    '""',
    '"x"',
    '[]',
    '{}',
    '[[]]',
    '"\\ud800"',
    '"\\udc00\\ud800"',
  ],
  ...['"NaN"', '"1e3"', '18446744073709551615', '18446744073709551616', '"-9223372036854775808"', '9007199254740993'],
  ...['{"stringValue":7}', '{"intValue":"1","stringValue":"both"}', '{"arrayValue":{"values":[{}]}}', '"\\u0000"'],
  `1${'0'.repeat(400)}`,
  ...[99, 100, 101, 1000].map((levels) => `{"arrayValue":{"values":[`.repeat(levels) + ']}}'.repeat(levels)),
  '['.repeat(9000) + ']'.repeat(9000),
];
const NAMES = [
  'traceId',
  'spanId',
  'name',
  'attributes',
  'key',
  'value',
  'stringValue',
  'intValue',
  'spans',
  '__proto__',
];
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{}:,]/g;

/** Changes tokens of a JSON text: values of other types, renamed and doubled names, brackets lost; sometimes plain bytes. */
export function mutateJson(text: string, random: Random): Buffer {
  let bytes = Buffer.from(text);
  for (let changes = 1 + below(random, 3); changes > 0; changes--) {
    if (random() < 0.15 && bytes.length > 0) bytes = mutateBytes(bytes, random);
    else bytes = Buffer.from(mutateTokens(bytes.toString('latin1'), random), 'latin1');
  }
  return bytes;
}

/** A long value: a string of plain or escaped characters, digits, or a list with hundreds of items. */
function great(random: Random): string {
  const size = pick(random, GREAT);
  const form = pick(random, [
    'x',
    '\\u00e9',
    '\\ud83d\\ude00',
    '\\ud800',
    '\\"',
    '1',
    '{"intValue":1},',
    '{"key":"k","value":{}},',
  ]);
  const filled = form.repeat(Math.ceil(size / form.length));
  if (form === '1') return random() < 0.5 ? filled.slice(0, 400) : `"${filled}"`;
  if (!form.endsWith(',')) return `"${filled}"`;
  const list = `[${filled.slice(0, -1)}]`;
  return random() < 0.5 ? list : `{"${pick(random, ['arrayValue', 'kvlistValue'])}":{"values":${list}}}`;
}

function mutateTokens(text: string, random: Random): string {
  const tokens = Array.from(text.matchAll(TOKEN));
  const index = below(random, tokens.length);
  const token = tokens[index];
  if (token === undefined) return pick(random, LITERALS);
  const [was] = token;
  const start = token.index;
  const isName = tokens[index + 1]?.[0] === ':';
  const put = (put: string): string => text.slice(0, start) + put + text.slice(start + was.length);
  if (isName) return put(random() < 0.5 ? `"${pick(random, NAMES)}"` : `${was}:${pick(random, LITERALS)},${was}`);
  if (/^[[\]{}:,]$/.test(was))
    return random() < 0.3
      ? put(pick(random, ['', ',', '[', '}', ' ']))
      : put(was === '{' ? `{"${pick(random, NAMES)}":${pick(random, LITERALS)},` : was);
  return put(random() < 0.03 ? great(random) : pick(random, LITERALS));
}
