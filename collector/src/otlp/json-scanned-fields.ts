import { hexDigit, type JsonScanner, MARK, ODD_RECORD, unescaped } from './json-scanner.ts';
import type { RowBuffer } from './row-buffer.ts';

// Fields of records in their usual form. Each function reads the value that comes next and throws `OddRecord` where it has another.

/** Most digits of a uint64 that is one whatever they are, and of a small number. */
const MOST_LONG_DIGITS = 19;
const MOST_SMALL_DIGITS = 9;
const BILLION = 1e9;
const BILLION_DIGITS = 9;
const TWO_16 = 65_536;
const TWO_32 = 4_294_967_296;

/** A string field: its bounds in the body. Empty where the field is absent or null. */
export class ScannedText {
  #start = 0;
  #end = 0;
  #escaped = false;

  clear(): void {
    this.#start = this.#end = 0;
    this.#escaped = false;
  }

  read(scanner: JsonScanner): void {
    if (scanner.takeNull()) return;
    if (scanner.next() !== MARK.quote) throw ODD_RECORD;
    scanner.string();
    this.#start = scanner.start;
    this.#end = scanner.end;
    this.#escaped = scanner.escaped;
  }

  /** Writes it as a String column. */
  write(scanner: JsonScanner, rows: RowBuffer): void {
    if (this.#escaped) rows.text(unescaped(scanner, this.#start, this.#end));
    else rows.copyString(scanner.view, this.#start, this.#end);
  }
}

/** Reads an id of `into.length` bytes in hex; gives false where it is null or empty, or zero where it need not be. */
export function readId(scanner: JsonScanner, into: Uint8Array): boolean {
  if (scanner.takeNull()) return false;
  if (scanner.next() !== MARK.quote) throw ODD_RECORD;
  scanner.string();
  const { bytes, start, end } = scanner;
  if (start === end) return false;
  const size = into.length;
  if (end - start !== 2 * size) throw ODD_RECORD;
  let isZero = true;
  for (let i = 0; i < size; i++) {
    const high = hexDigit(bytes[start + 2 * i] as number);
    const low = hexDigit(bytes[start + 2 * i + 1] as number);
    if (high > 15 || low > 15) throw ODD_RECORD;
    const byte = (high << 4) | low;
    into[i] = byte;
    if (byte !== 0) isZero = false;
  }
  return !isZero;
}

/** Reads a number from 0 to 999,999,999; null is 0. */
export function readSmall(scanner: JsonScanner): number {
  if (scanner.takeNull()) return 0;
  readDigits(scanner, MOST_SMALL_DIGITS);
  return smallNumber(scanner.bytes, scanner.start, scanner.end);
}

/** Reads an enum by its number or its name. */
export function readEnum(scanner: JsonScanner, names: readonly string[]): number {
  if (scanner.next() !== MARK.quote) return readSmall(scanner);
  scanner.string();
  const index = names.indexOf(scanner.text(scanner.start, scanner.end));
  if (index < 0) throw ODD_RECORD;
  return index;
}

/** Reads a uint64 of up to 19 digits, quoted or not, and writes it; null is 0. */
export function writeLong(scanner: JsonScanner, rows: RowBuffer): void {
  if (scanner.takeNull()) {
    rows.uint64(0, 0);
    return;
  }
  if (scanner.next() === MARK.quote) {
    scanner.string();
    checkDigits(scanner, MOST_LONG_DIGITS);
  } else {
    readDigits(scanner, MOST_LONG_DIGITS);
  }
  const { bytes, start, end } = scanner;
  const split = Math.max(start, end - BILLION_DIGITS);
  const upperSplit = Math.max(start, split - BILLION_DIGITS);
  const billions = smallNumber(bytes, start, upperSplit) * BILLION + smallNumber(bytes, upperSplit, split);
  // Numbers are exact below 2^53: the billions are multiplied in two parts, 65,536 times the first and once the second.
  const upperBillions = Math.floor(billions / TWO_16);
  const upper = upperBillions * BILLION;
  const lower = (billions - upperBillions * TWO_16) * BILLION + smallNumber(bytes, split, end);
  const upperHigh = Math.floor(upper / TWO_16);
  const low = (upper - upperHigh * TWO_16) * TWO_16 + lower;
  const carry = Math.floor(low / TWO_32);
  rows.uint64(low - carry * TWO_32, upperHigh + carry);
}

function readDigits(scanner: JsonScanner, most: number): void {
  const byte = scanner.next();
  if (byte < MARK.zero || byte > MARK.nine || !scanner.number() || scanner.end - scanner.start > most) throw ODD_RECORD;
}

function checkDigits({ bytes, start, end }: JsonScanner, most: number): void {
  if (start === end || end - start > most) throw ODD_RECORD;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < MARK.zero || byte > MARK.nine) throw ODD_RECORD;
  }
}

/** The number of up to nine digits. */
function smallNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = (Math.imul(value, 10) + (bytes[i] as number) - MARK.zero) | 0;
  return value;
}
