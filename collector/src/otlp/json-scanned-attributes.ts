import { Buffer } from 'node:buffer';
import { type InternedKey, type KeyMeaning, KeyTable } from './attribute-keys.ts';
import { viewOf } from './byte-views.ts';
import { isName, takeBytes } from './json-names.ts';
import { type JsonScanner, MARK, ODD_RECORD, unescaped } from './json-scanner.ts';
import { parseJsonPart } from './json-text.ts';
import { writeJsonValue } from './json-value.ts';
import { doubleText, KIND, kindByte, MOST_LISTED } from './kinds.ts';
import type { RecordWriter } from './record-writer.ts';
import { RowBuffer } from './row-buffer.ts';

/** A name with its quotes and the colon, as it mostly stands in the text. */
const nameOf = (name: string): DataView => viewOf(Buffer.from(`"${name}":`));
const KEY = nameOf('key');
const VALUE = nameOf('value');
const STRING_VALUE = nameOf('stringValue');
const INT_VALUE = nameOf('intValue');
const DOUBLE_VALUE = nameOf('doubleValue');
const BOOL_VALUE = nameOf('boolValue');
const ARRAY_VALUE = nameOf('arrayValue');
const VALUES = nameOf('values');

const KINDS = {
  string: kindByte(KIND.string),
  bool: kindByte(KIND.bool),
  int: kindByte(KIND.int),
  double: kindByte(KIND.double),
  array: kindByte(KIND.array),
  empty: kindByte(KIND.empty),
};
const TRUE = viewOf(Buffer.from('true'));
const FALSE = viewOf(Buffer.from('false'));
/** Most digits of an integer that is an int64 whatever they are. */
const MOST_INT_DIGITS = 18;
/** A decimal of up to so many digits is the shortest text of the double next to it. */
const MOST_DOUBLE_DIGITS = 15;
/** Below this many zeros after `0.` a double's text has no exponent. */
const MOST_LEADING_ZEROS = 5;
const COMMA = MARK.comma;

/** Writes lists of attributes of OTLP/JSON from the bytes of their text, just as `writeJsonAttributes` writes what was parsed. */
export class ScannedAttributes {
  readonly #keys = new KeyTable();
  readonly #json = new RowBuffer(1024);
  #list = 0;

  /** Call between records: keys seen so far may be forgotten. */
  beginRecord(): void {
    this.#keys.makeRoom();
  }

  /**
   * Writes the entries of the list that comes next without their count, which it gives.
   *
   * @throws OddRecord where two keys are equal or an entry is no `{ "key", "value" }` in this order
   */
  write(scanner: JsonScanner, writer: RecordWriter): number {
    if (scanner.takeNull()) return 0;
    if (!scanner.take(MARK.openArray)) throw ODD_RECORD;
    if (scanner.take(MARK.closeArray)) return 0;
    const list = ++this.#list;
    let count = 0;
    do {
      this.#entry(scanner, writer, list);
      count += 1;
      if (count > MOST_LISTED) throw ODD_RECORD;
    } while (scanner.more(MARK.closeArray));
    return count;
  }

  #entry(scanner: JsonScanner, writer: RecordWriter, list: number): void {
    if (!scanner.take(MARK.openObject) || !takeName(scanner, KEY) || scanner.next() !== MARK.quote) throw ODD_RECORD;
    const key = this.#key(scanner);
    if (key === undefined || key.list === list) throw ODD_RECORD;
    key.list = list;
    writer.target.copyString(scanner.view, scanner.start, scanner.end);
    if (!scanner.more(MARK.closeObject)) {
      writeEmpty(writer, key.meaning);
      return;
    }
    if (!takeName(scanner, VALUE)) throw ODD_RECORD;
    this.value(scanner, writer, key.meaning);
    if (scanner.more(MARK.closeObject)) throw ODD_RECORD;
  }

  /** Reads the string that comes next as a key; undefined where it has escapes or the table no place for it. */
  #key(scanner: JsonScanner): InternedKey | undefined {
    const start = scanner.position + 1;
    const likely = this.#keys.likely(scanner.view, start);
    if (likely !== undefined && scanner.bytes[start + likely.size] === MARK.quote) {
      this.#keys.came(likely);
      scanner.start = start;
      scanner.end = start + likely.size;
      scanner.position = scanner.end + 1;
      return likely;
    }
    scanner.string();
    return scanner.escaped ? undefined : this.#keys.intern(scanner.view, scanner.start, scanner.end);
  }

  /**
   * Writes the AnyValue that comes next.
   *
   * @throws InputError where it can't be one
   */
  value(scanner: JsonScanner, writer: RecordWriter, meaning: KeyMeaning): void {
    if (scanner.takeNull()) {
      writeEmpty(writer, meaning);
      return;
    }
    const start = scanner.position;
    if (this.#plainValue(scanner, writer, meaning)) return;
    scanner.position = start;
    scanner.skip();
    writeJsonValue(parseJsonPart(scanner.text(start, scanner.position)), '', writer, meaning);
  }

  /** Writes a value of one field in its usual form; gives false, nothing written, where it is another. */
  #plainValue(scanner: JsonScanner, writer: RecordWriter, meaning: KeyMeaning): boolean {
    if (!scanner.take(MARK.openObject) || scanner.next() !== MARK.quote) return false;
    switch (scanner.bytes[scanner.position + 1]) {
      case 0x73:
        return takeName(scanner, STRING_VALUE) && this.#string(scanner, writer, meaning);
      case 0x69:
        return takeName(scanner, INT_VALUE) && plainInt(scanner, writer, meaning);
      case 0x64:
        return takeName(scanner, DOUBLE_VALUE) && plainDouble(scanner, writer, meaning);
      case 0x62:
        return takeName(scanner, BOOL_VALUE) && plainBool(scanner, writer, meaning);
      case 0x61:
        return takeName(scanner, ARRAY_VALUE) && this.#strings(scanner, writer, meaning);
      default:
        return false;
    }
  }

  #string(scanner: JsonScanner, writer: RecordWriter, meaning: KeyMeaning): boolean {
    if (scanner.next() !== MARK.quote) return false;
    scanner.string();
    const { start, end, escaped } = scanner;
    if (!scanner.take(MARK.closeObject)) return false;
    if (escaped) writer.valueText(meaning, KIND.string, unescaped(scanner, start, end));
    else if (writer.isContent(meaning)) writer.valueBytes(meaning, KIND.string, scanner.bytes, start, end);
    else writePiece(scanner, start, end, KINDS.string, writer, meaning);
    return true;
  }

  /** An array of strings without escapes, which plain JSON writes as they stand. */
  #strings(scanner: JsonScanner, writer: RecordWriter, meaning: KeyMeaning): boolean {
    if (!scanner.take(MARK.openObject) || !takeName(scanner, VALUES) || !scanner.take(MARK.openArray)) return false;
    const json = this.#json;
    json.length = 0;
    json.uint8(MARK.openArray);
    do {
      if (!scanner.take(MARK.openObject) || !takeName(scanner, STRING_VALUE) || scanner.next() !== MARK.quote)
        return false;
      scanner.string();
      if (scanner.escaped) return false;
      // With the quotes around it.
      json.copy(scanner.view, scanner.start - 1, scanner.end + 1);
      json.uint8(COMMA);
      if (scanner.more(MARK.closeObject)) return false;
    } while (scanner.more(MARK.closeArray));
    if (!scanner.take(MARK.closeObject) || !scanner.take(MARK.closeObject)) return false;
    json.bytes[json.length - 1] = MARK.closeArray;
    if (writer.isContent(meaning)) {
      writer.valueText(meaning, KIND.array, json.bytes.toString('utf8', 0, json.length));
      return true;
    }
    writer.target.copyString(json.view, 0, json.length);
    writer.wroteValue(meaning, KINDS.array, json.length);
    return true;
  }
}

/** Reads a name and its colon if they come next; else gives false, with a part of them read. */
function takeName(scanner: JsonScanner, name: DataView): boolean {
  if (takeBytes(scanner, name)) return true;
  // White space may stand before the colon.
  if (scanner.next() !== MARK.quote) return false;
  scanner.string();
  return isName(name, scanner, scanner.start, scanner.end) && scanner.take(MARK.colon);
}

/** An int as digits without a needless zero, quoted or not. */
function plainInt(scanner: JsonScanner, writer: RecordWriter, meaning: KeyMeaning): boolean {
  if (scanner.next() === MARK.quote) {
    scanner.string();
    if (!isPlainInteger(scanner)) return false;
  } else if (!isNumberNext(scanner) || !scanner.number() || !isPlainInteger(scanner)) {
    return false;
  }
  return writeNumber(scanner, KINDS.int, writer, meaning);
}

function plainDouble(scanner: JsonScanner, writer: RecordWriter, meaning: KeyMeaning): boolean {
  if (!isNumberNext(scanner)) return false;
  scanner.number();
  if (isShortestDecimal(scanner)) return writeNumber(scanner, KINDS.double, writer, meaning);
  const value = Number(scanner.text(scanner.start, scanner.end));
  if (!scanner.take(MARK.closeObject) || writer.isContent(meaning)) return false;
  const size = writer.target.double(value);
  if (size > 0) writer.wroteValue(meaning, KINDS.double, size);
  else writer.valueText(meaning, KIND.double, doubleText(value));
  return true;
}

/** Writes the number just read as it stands, where it is all of the value. */
function writeNumber(scanner: JsonScanner, kind: number, writer: RecordWriter, meaning: KeyMeaning): boolean {
  const { start, end } = scanner;
  if (!scanner.take(MARK.closeObject) || writer.isContent(meaning)) return false;
  writePiece(scanner, start, end, kind, writer, meaning);
  return true;
}

function plainBool(scanner: JsonScanner, writer: RecordWriter, meaning: KeyMeaning): boolean {
  const literal = scanner.next() === 0x74 ? TRUE : FALSE;
  const { position } = scanner;
  const end = position + literal.byteLength;
  if (!takeBytes(scanner, literal)) return false;
  if (!scanner.take(MARK.closeObject) || writer.isContent(meaning)) return false;
  writePiece(scanner, position, end, KINDS.bool, writer, meaning);
  return true;
}

function isNumberNext(scanner: JsonScanner): boolean {
  const byte = scanner.next();
  return byte === MARK.minus || (byte >= MARK.zero && byte <= MARK.nine);
}

/** Whether the text just read is an integer of up to 18 digits as it is written: without a needless sign or zero. */
function isPlainInteger({ bytes, start, end }: JsonScanner): boolean {
  const first = bytes[start] === MARK.minus ? start + 1 : start;
  if (first === end || end - first > MOST_INT_DIGITS) return false;
  if (bytes[first] === MARK.zero) return end - start === 1;
  for (let i = first; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < MARK.zero || byte > MARK.nine) return false;
  }
  return true;
}

/** Whether the number just read is surely the text that `doubleText` gives of its value. */
function isShortestDecimal({ bytes, start, end }: JsonScanner): boolean {
  const first = bytes[start] === MARK.minus ? start + 1 : start;
  if (end - first > MOST_DOUBLE_DIGITS) return false;
  let point = end;
  for (let i = first; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === MARK.point) point = i;
    else if (byte > MARK.nine) return false;
  }
  if (point === end) return true;
  if (bytes[end - 1] === MARK.zero) return false;
  return bytes[first] !== MARK.zero || !areZeros(bytes, point + 1, MOST_LEADING_ZEROS + 1);
}

function areZeros(bytes: Uint8Array, start: number, count: number): boolean {
  for (let i = start; i < start + count; i++) if (bytes[i] !== MARK.zero) return false;
  return true;
}

function writePiece(
  scanner: JsonScanner,
  start: number,
  end: number,
  kind: number,
  writer: RecordWriter,
  meaning: KeyMeaning,
): void {
  writer.target.copyString(scanner.view, start, end);
  writer.wroteValue(meaning, kind, end - start);
}

function writeEmpty(writer: RecordWriter, meaning: KeyMeaning): void {
  writer.valueBytes(meaning, KIND.empty, NOTHING, 0, 0);
}

const NOTHING = new Uint8Array();
