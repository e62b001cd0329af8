import { Buffer } from 'node:buffer';
import { viewOf } from './byte-views.ts';
import { wellFormed } from './json-text.ts';

/** Marks of JSON, as bytes. */
export const MARK = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** The body is not in the form that is read from its bytes, or no JSON at all: it must be parsed as a whole to tell. */
export class OddBody extends Error {
  override readonly name = 'OddBody';
}

/** The record at hand is not in the form that is read from its bytes: it must be parsed. The scanner stands anywhere inside of it. */
export class OddRecord extends Error {
  override readonly name = 'OddRecord';
}

/** What is thrown: made once, since a trace of the stack would cost more than a record, and nobody reads it. */
export const ODD_BODY: OddBody = new OddBody();
export const ODD_RECORD: OddRecord = new OddRecord();

/** Deepest nesting that is stepped over from bytes; deeper bodies are left to the engine's parser, which knows no bounds. */
const DEEPEST = 250;
const SPACE = 0x20;

/** 1 for bytes that stand for themselves inside a string: all but quotes, backslashes and controls. */
const ITSELF = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < SPACE || byte === MARK.quote || byte === MARK.backslash ? 0 : 1,
);
const ESCAPES = new Set(Buffer.from('"\\/bfnrt'));
const UNICODE_ESCAPE = 0x75;
/** Value of a hex digit; 255 for other bytes. */
const HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? 255 : digit;
});
const LITERALS = ['true', 'false', 'null'].map((text) => Buffer.from(text));

/**
 * Steps through a body of JSON byte by byte, strictly by its grammar. The body must be UTF-8. Where it stops short of being JSON it
 * throws `OddBody`; what is wrong is for the engine's parser to say.
 */
export class JsonScanner {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly size: number;
  position = 0;
  /** Bounds of the content of the string or the number read last. */
  start = 0;
  end = 0;
  /** Whether the string read last has escapes. */
  escaped = false;

  constructor(body: Uint8Array) {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.view = viewOf(body);
    this.size = body.byteLength;
  }

  /** Steps over white space and gives the byte after it, which stays unread; 0 at the end. */
  next(): number {
    while (this.position < this.size) {
      const byte = this.bytes[this.position] as number;
      if (byte > SPACE) return byte;
      if (byte !== SPACE && byte !== 10 && byte !== 13 && byte !== 9) throw ODD_BODY;
      this.position += 1;
    }
    return 0;
  }

  /** Reads a mark that must come next. */
  expect(mark: number): void {
    if (this.next() !== mark) throw ODD_BODY;
    this.position += 1;
  }

  /** Reads the mark if it comes next, and says whether it did. */
  take(mark: number): boolean {
    if (this.next() !== mark) return false;
    this.position += 1;
    return true;
  }

  /** After an item of an object or array: true where another follows, false where `close` ends it. */
  more(close: number): boolean {
    const byte = this.next();
    this.position += 1;
    if (byte === MARK.comma) return true;
    if (byte !== close) throw ODD_BODY;
    return false;
  }

  /** Reads a string; its bounds then stand in `start` and `end`. */
  string(): void {
    this.expect(MARK.quote);
    const { bytes, size } = this;
    let at = this.position;
    this.start = at;
    this.escaped = false;
    for (;;) {
      while (at < size && ITSELF[bytes[at] as number] === 1) at += 1;
      if (at >= size) throw ODD_BODY;
      const byte = bytes[at] as number;
      if (byte === MARK.quote) break;
      at = this.#escape(at);
    }
    this.end = at;
    this.position = at + 1;
  }

  #escape(at: number): number {
    if (this.bytes[at] !== MARK.backslash) throw ODD_BODY;
    this.escaped = true;
    const kind = this.bytes[at + 1] ?? 0;
    if (ESCAPES.has(kind)) return at + 2;
    if (kind !== UNICODE_ESCAPE) throw ODD_BODY;
    for (let i = at + 2; i < at + 6; i++) if (hexDigit(this.bytes[i] ?? 0) > 15) throw ODD_BODY;
    return at + 6;
  }

  /** Reads a number by its grammar and says whether it is an integer without point and exponent. */
  number(): boolean {
    this.start = this.position;
    if (this.bytes[this.position] === MARK.minus) this.position += 1;
    if (this.bytes[this.position] === MARK.zero) this.position += 1;
    else this.#digits();
    let isInteger = true;
    if (this.bytes[this.position] === MARK.point) {
      isInteger = false;
      this.position += 1;
      this.#digits();
    }
    if (((this.bytes[this.position] ?? 0) | SPACE) === 0x65) {
      isInteger = false;
      this.position += 1;
      const sign = this.bytes[this.position];
      if (sign === MARK.minus || sign === 0x2b) this.position += 1;
      this.#digits();
    }
    this.end = this.position;
    return isInteger;
  }

  #digits(): void {
    const start = this.position;
    let at = start;
    for (; at < this.size; at++) {
      const byte = this.bytes[at] as number;
      if (byte < MARK.zero || byte > MARK.nine) break;
    }
    if (at === start) throw ODD_BODY;
    this.position = at;
  }

  /** Says whether the value that comes next is null, and reads it if so. */
  takeNull(): boolean {
    if (this.next() !== 0x6e) return false;
    this.#literal();
    return true;
  }

  /** Steps over a value of any kind. */
  skip(depth = 0): void {
    if (depth > DEEPEST) throw ODD_BODY;
    const byte = this.next();
    if (byte === MARK.quote) {
      this.string();
    } else if (byte === MARK.openObject) {
      this.position += 1;
      if (this.take(MARK.closeObject)) return;
      do {
        this.string();
        this.expect(MARK.colon);
        this.skip(depth + 1);
      } while (this.more(MARK.closeObject));
    } else if (byte === MARK.openArray) {
      this.position += 1;
      if (this.take(MARK.closeArray)) return;
      do this.skip(depth + 1);
      while (this.more(MARK.closeArray));
    } else if (byte === MARK.minus || (byte >= MARK.zero && byte <= MARK.nine)) {
      this.number();
    } else {
      this.#literal();
    }
  }

  /** Steps over a value by its brackets alone, for who reads it later. */
  leap(): void {
    this.next();
    let depth = 0;
    do {
      const byte = this.bytes[this.position];
      if (byte === MARK.quote) {
        this.string();
      } else if (byte === undefined) {
        throw ODD_BODY;
      } else {
        if (byte === MARK.openObject || byte === MARK.openArray) depth += 1;
        else if (byte === MARK.closeObject || byte === MARK.closeArray) depth -= 1;
        this.position += 1;
      }
    } while (depth > 0);
  }

  #literal(): void {
    const { bytes, position } = this;
    for (const literal of LITERALS) {
      if (bytes.compare(literal, 0, literal.length, position, Math.min(position + literal.length, this.size)) !== 0)
        continue;
      this.position += literal.length;
      return;
    }
    throw ODD_BODY;
  }

  /** Text of the body between two offsets. */
  text(start: number, end: number): string {
    return this.bytes.toString('utf8', start, end);
  }
}

/** Value of a hex digit of any case; more than 15 for another byte. */
export function hexDigit(byte: number): number {
  return HEX[byte] as number;
}

/** Text of a string with escapes, given by the bounds of its content. */
export function unescaped(scanner: JsonScanner, start: number, end: number): string {
  return wellFormed(JSON.parse(scanner.text(start - 1, end + 1)) as string);
}
