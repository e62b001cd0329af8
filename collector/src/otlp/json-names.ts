import { Buffer } from 'node:buffer';
import { equalBytes, viewOf } from './byte-views.ts';
import { type JsonScanner, MARK, ODD_RECORD } from './json-scanner.ts';

/** Field names of an object, up to 31, found by their bytes. The one that followed the last one the last time is tried first. */
export class JsonNames {
  /** The names with their quotes and colons, as they mostly stand in the text. */
  readonly #names: readonly DataView[];
  /** By the place of a name, and at the end for the beginning of the object: the place of the name that followed. */
  readonly #following: number[];
  #last: number;
  #seen = 0;

  constructor(names: readonly string[]) {
    this.#names = names.map((name) => viewOf(Buffer.from(`"${name}":`)));
    this.#last = names.length;
    this.#following = [...names.map((_, place) => (place + 1) % names.length), 0];
  }

  /** Reads the brace of an object and says whether a name follows; false after an object without fields, which is then read. */
  begin(scanner: JsonScanner): boolean {
    if (!scanner.take(MARK.openObject)) throw ODD_RECORD;
    this.#seen = 0;
    this.#last = this.#names.length;
    return !scanner.take(MARK.closeObject);
  }

  /**
   * Reads a name and its colon and gives the place of the name in the list, -1 where it is not there.
   *
   * @throws OddRecord where a name comes twice or has escapes, so that it may be any
   */
  read(scanner: JsonScanner): number {
    const likely = this.#following[this.#last] as number;
    if (takeBytes(scanner, this.#names[likely] as DataView)) return this.#found(likely);
    scanner.string();
    const { start, end, escaped } = scanner;
    scanner.expect(MARK.colon);
    if (escaped) throw ODD_RECORD;
    for (let place = 0; place < this.#names.length; place++) {
      if (!isName(this.#names[place] as DataView, scanner, start, end)) continue;
      this.#following[this.#last] = place;
      return this.#found(place);
    }
    return -1;
  }

  #found(place: number): number {
    if (this.#seen & (1 << place)) throw ODD_RECORD;
    this.#seen |= 1 << place;
    this.#last = place;
    return place;
  }

  /** Says whether the name at this place was read in the object at hand. */
  has(place: number): boolean {
    return (this.#seen & (1 << place)) !== 0;
  }
}

/** Reads the bytes if they come next, white space before them aside. */
export function takeBytes(scanner: JsonScanner, bytes: DataView): boolean {
  scanner.next();
  const end = scanner.position + bytes.byteLength;
  if (end > scanner.size || !equalBytes(bytes, scanner.view, scanner.position)) return false;
  scanner.position = end;
  return true;
}

/** Says whether a piece of the body is the name that stands in `quoted` with its quotes and colon. */
export function isName(quoted: DataView, { bytes }: JsonScanner, start: number, end: number): boolean {
  if (end - start !== quoted.byteLength - 3) return false;
  for (let i = start; i < end; i++) if (bytes[i] !== quoted.getUint8(i - start + 1)) return false;
  return true;
}
