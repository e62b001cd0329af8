import { Buffer } from 'node:buffer';
import { equalBytes, viewOf } from './byte-views.ts';
import { type JsonScanner, MARK, OddRecord } from './json-scanner.ts';

/** Field names of an object, up to 31, found by their bytes. Mostly they come in the order given, so the next one is tried first. */
export class JsonNames {
  readonly #names: readonly DataView[];
  #last = -1;
  #seen = 0;

  constructor(names: readonly string[]) {
    this.#names = names.map((name) => viewOf(Buffer.from(name)));
  }

  /** Reads the brace of an object and says whether a name follows; false after an object without fields, which is then read. */
  begin(scanner: JsonScanner): boolean {
    if (!scanner.take(MARK.openObject)) throw new OddRecord();
    this.#seen = 0;
    return !scanner.take(MARK.closeObject);
  }

  /**
   * Reads a name and its colon and gives the place of the name in the list, -1 where it is not there.
   *
   * @throws OddRecord where a name comes twice or has escapes, so that it may be any
   */
  read(scanner: JsonScanner): number {
    scanner.string();
    const { start, end, escaped } = scanner;
    scanner.expect(MARK.colon);
    if (escaped) throw new OddRecord();
    const count = this.#names.length;
    let at = this.#last;
    for (let i = 0; i < count; i++) {
      at = at + 1 === count ? 0 : at + 1;
      const name = this.#names[at] as DataView;
      if (name.byteLength !== end - start || !equalBytes(name, scanner.view, start)) continue;
      if (this.#seen & (1 << at)) throw new OddRecord();
      this.#seen |= 1 << at;
      this.#last = at;
      return at;
    }
    return -1;
  }

  /** Says whether the name at this place was read in the object at hand. */
  has(place: number): boolean {
    return (this.#seen & (1 << place)) !== 0;
  }
}
