/** A text as it looks, in plain letters, and where each of its characters stood. */
export interface PlainText {
  readonly text: string;
  /** Position in the original of each character, and its length at the end. */
  readonly offsets: Uint32Array;
}

const UNKNOWN = 0;
const DROPPED = 1;
const LONG = 0xffff;
/** What each code unit of the basic plane becomes: one code unit, or one of the three above. */
const PLAIN = new Uint16Array(0x10000);
const LONGER = new Map<number, string>();
/** The basic plane has some 20,000 that become more than one; of the other planes' the rest is worked out each time. */
const MOST_KNOWN = 30_000;

/** Letters of other scripts that look like Latin ones (a selection of Unicode's confusables.txt, UTS 39). */
const LOOKALIKES = new Map(
  Object.entries({
    а: 'a',
    в: 'b',
    е: 'e',
    з: '3',
    и: 'u',
    к: 'k',
    м: 'm',
    н: 'h',
    о: 'o',
    р: 'p',
    с: 'c',
    т: 't',
    у: 'y',
    х: 'x',
    ѕ: 's',
    і: 'i',
    ј: 'j',
    ԁ: 'd',
    ԛ: 'q',
    ԝ: 'w',
    һ: 'h',
    ӏ: 'l',
    А: 'A',
    В: 'B',
    Е: 'E',
    З: '3',
    К: 'K',
    М: 'M',
    Н: 'H',
    О: 'O',
    Р: 'P',
    С: 'C',
    Т: 'T',
    У: 'Y',
    Х: 'X',
    Ѕ: 'S',
    І: 'I',
    Ј: 'J',
    α: 'a',
    ο: 'o',
    ν: 'v',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    ι: 'i',
    κ: 'k',
    γ: 'y',
    η: 'n',
    Α: 'A',
    Β: 'B',
    Ε: 'E',
    Ζ: 'Z',
    Η: 'H',
    Ι: 'I',
    Κ: 'K',
    Μ: 'M',
    Ν: 'N',
    Ο: 'O',
    Ρ: 'P',
    Τ: 'T',
    Υ: 'Y',
    Χ: 'X',
    օ: 'o',
    ո: 'n',
    ս: 'u',
    ɡ: 'g',
    ɑ: 'a',
    ı: 'i',
    ʟ: 'l',
    ɪ: 'i',
    ɴ: 'n',
    ʀ: 'r',
    ᴏ: 'o',
    ᴇ: 'e',
    ᴀ: 'a',
    ѵ: 'v',
    ꓲ: 'I',
    Ⲟ: 'O',
    ø: 'o',
    ł: 'l',
    '‐': '-',
    '‑': '-',
    '‒': '-',
    '–': '-',
    '—': '-',
    '―': '-',
    '−': '-',
    '﹘': '-',
    '۔': '.',
    '。': '.',
    '․': '.',
    '∕': '/',
    '⁄': '/',
    '‘': "'",
    '’': "'",
    '“': '"',
    '”': '"',
    '∶': ':',
    '꞉': ':',
    '٠': '0',
  }),
);
/** Code units as this machine has them; half a pair becomes one U+FFFD. */
const UNITS = new TextDecoder('utf-16le', { ignoreBOM: true });
const INVISIBLE = /^[\p{Cf}\p{M}\p{Cc}\u115f\u1160\u3164\uffa0\u2800]$/u;
const DIGIT = /^\p{Nd}$/u;

/**
 * Makes a text plain for finding things in it: compatibility forms and accents are resolved (NFKD), invisible characters and
 * combining marks left out, look-alikes and digits of all scripts made Latin. A text in plain ASCII is given back as `undefined`.
 */
export function plainTextOf(text: string): PlainText | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII
  if (!/[^\x00-\x7f]/.test(text)) return undefined;
  const { length } = text;
  let units = new Uint16Array(length + 64);
  let offsets = new Uint32Array(length + 65);
  let size = 0;
  for (let at = 0; at < length; at++) {
    const start = at;
    let point = text.charCodeAt(at);
    if (point >= 0xd800 && point < 0xdc00) {
      point = text.codePointAt(at) ?? point;
      if (point > 0xffff) at++;
    }
    const plain = point < 128 ? point : plainOf(point);
    if (plain === DROPPED) continue;
    if (plain !== LONG) {
      offsets[size] = start;
      units[size++] = plain;
    } else {
      for (const unit of unitsOf(LONGER.get(point) ?? decomposed(point))) {
        offsets[size] = start;
        units[size++] = unit;
      }
    }
    // One character becomes at most 18.
    if (size + (length - at) + 20 > units.length) {
      units = grown(units, new Uint16Array(units.length * 2));
      offsets = grown(offsets, new Uint32Array(units.length + 1));
    }
  }
  offsets[size] = length;
  return { text: UNITS.decode(units.subarray(0, size)), offsets: offsets.subarray(0, size + 1) };
}

function grown<T extends Uint16Array | Uint32Array>(full: T, larger: T): T {
  larger.set(full);
  return larger;
}

function plainOf(point: number): number {
  if (point > 0xffff) {
    const plain = LONGER.get(point) ?? decomposed(point);
    if (LONGER.size < MOST_KNOWN) LONGER.set(point, plain);
    return plain === '' ? DROPPED : LONG;
  }
  const known = PLAIN[point] ?? UNKNOWN;
  if (known !== UNKNOWN) return known;
  const plain = decomposed(point);
  if (plain.length > 1) LONGER.set(point, plain);
  const made = plain === '' ? DROPPED : plain.length > 1 ? LONG : plain.charCodeAt(0);
  PLAIN[point] = made;
  return made;
}

function decomposed(point: number): string {
  let plain = '';
  for (const character of String.fromCodePoint(point).normalize('NFKD')) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 128 && INVISIBLE.test(character)) continue;
    plain += LOOKALIKES.get(character) ?? (code >= 128 && DIGIT.test(character) ? digitOf(code) : character);
  }
  return plain;
}

/** Decimal digits stand in blocks of ten in order, by Unicode's rule for Nd. */
function digitOf(code: number): string {
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value % 10);
}

function unitsOf(text: string): number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}
