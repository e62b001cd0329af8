import { isUtf8 } from 'node:buffer';
import { InputError } from '../errors.ts';
import {
  type EnvelopeNames,
  type JsonRecordWalker,
  rawRecord,
  walkJsonRecord,
  writeJsonResource,
  writeJsonScope,
} from './json-envelope.ts';
import { JsonNames } from './json-names.ts';
import type { ScannedAttributes } from './json-scanned-attributes.ts';
import { JsonScanner, MARK, OddBody, OddRecord } from './json-scanner.ts';
import { parseJson, parseJsonPart } from './json-text.ts';
import type { RecordWriter } from './record-writer.ts';
import { TooLargeError, type TranscodeSession } from './transcode.ts';

/** Writes the record whose brace comes next into the row that was begun; throws OddRecord or InputError where it can't. */
export interface ScannedRecord {
  write(scanner: JsonScanner, writer: RecordWriter): void;
}

/** Fields of an envelope: what is inside, and what stands around it. */
const INNER = 0;
const AROUND = 1;
const SCHEMA_URL = 2;
const NOT_READ = -1;
/** Looked for from the front it is found, or not, many times faster than the whole name, whose first bytes are frequent. */
const END_OF_SCHEMA_URL = 'Url"';

/**
 * Walks a body of OTLP/JSON from its bytes, without parsing it as a whole: records in their usual form are written from their text,
 * another is parsed alone. What this walk can't take, and what is wrong with a body, is left to `walkJsonBody`.
 */
export class ScannedBodyWalker {
  readonly #names: EnvelopeNames;
  readonly #walk: JsonRecordWalker;
  readonly #record: ScannedRecord;
  readonly #attributes: ScannedAttributes;
  readonly #rootNames: JsonNames;
  readonly #resourceNames: JsonNames;
  readonly #scopeNames: JsonNames;
  /** Where a schema URL may stand last; its name could also be written with escapes, which this walk doesn't take. */
  #lastUrl = NOT_READ;

  constructor(names: EnvelopeNames, walk: JsonRecordWalker, record: ScannedRecord, attributes: ScannedAttributes) {
    this.#names = names;
    this.#walk = walk;
    this.#record = record;
    this.#attributes = attributes;
    this.#rootNames = new JsonNames([names.resources]);
    this.#resourceNames = new JsonNames([names.scopes, 'resource', 'schemaUrl']);
    this.#scopeNames = new JsonNames([names.records, 'scope', 'schemaUrl']);
  }

  /**
   * Gives false where the body must be walked by `walkJsonBody`: then what was written and counted is void.
   *
   * @throws InputError where the request becomes too many rows
   */
  walk(body: Uint8Array, session: TranscodeSession): boolean {
    if (!isUtf8(body)) return false;
    const scanner = new JsonScanner(body);
    this.#lastUrl = scanner.bytes.includes(END_OF_SCHEMA_URL) ? scanner.bytes.lastIndexOf(END_OF_SCHEMA_URL) : NOT_READ;
    try {
      if (!this.#rootNames.begin(scanner)) return false;
      do {
        if (this.#rootNames.read(scanner) === INNER) this.#list(scanner, () => this.#resource(scanner, session));
        else scanner.skip();
      } while (scanner.more(MARK.closeObject));
      return scanner.next() === 0 && this.#rootNames.has(INNER);
    } catch (thrown) {
      // A body that is no JSON further on is refused for that, as if it had been parsed first.
      if (thrown instanceof TooLargeError) parseJson(body);
      else if (thrown instanceof OddBody || thrown instanceof OddRecord || thrown instanceof InputError) return false;
      throw thrown;
    }
  }

  #list(scanner: JsonScanner, item: () => void): void {
    if (scanner.takeNull()) return;
    scanner.expect(MARK.openArray);
    if (scanner.take(MARK.closeArray)) return;
    do item();
    while (scanner.more(MARK.closeArray));
  }

  #resource(scanner: JsonScanner, session: TranscodeSession): void {
    this.#envelope(scanner, this.#resourceNames, (resource, schemaUrl) => {
      writeJsonResource(resource, schemaUrl, session.writer);
      return () => this.#scope(scanner, session);
    });
  }

  #scope(scanner: JsonScanner, session: TranscodeSession): void {
    this.#envelope(scanner, this.#scopeNames, (scope, schemaUrl) => {
      writeJsonScope(scope, schemaUrl, session.writer);
      return () => this.#walkRecord(scanner, session);
    });
  }

  /**
   * Reads an envelope. What stands around its items is written before them, wherever it comes; `begin` does so and gives what reads an
   * item. Where it may come after the items, they are stepped over first.
   */
  #envelope(scanner: JsonScanner, names: JsonNames, begin: (around: unknown, schemaUrl: unknown) => () => void): void {
    let around: unknown;
    let schemaUrl: unknown;
    let inner = NOT_READ;
    let isWalked = false;
    if (names.begin(scanner)) {
      do {
        const field = names.read(scanner);
        if (field === AROUND) around = parseNext(scanner);
        else if (field === SCHEMA_URL) schemaUrl = parseNext(scanner);
        else if (field !== INNER) scanner.skip();
        else if (names.has(AROUND) && (names.has(SCHEMA_URL) || scanner.position > this.#lastUrl)) {
          this.#list(scanner, begin(around, schemaUrl));
          isWalked = true;
        } else {
          scanner.next();
          inner = scanner.position;
          if (scanner.bytes[inner] === MARK.openArray) scanner.leap();
          else scanner.skip();
        }
      } while (scanner.more(MARK.closeObject));
    }
    if (isWalked) return;
    const item = begin(around, schemaUrl);
    if (inner === NOT_READ) return;
    const { position } = scanner;
    scanner.position = inner;
    this.#list(scanner, item);
    scanner.position = position;
  }

  #walkRecord(scanner: JsonScanner, session: TranscodeSession): void {
    const { signal } = this.#names;
    scanner.next();
    const start = scanner.position;
    this.#attributes.beginRecord();
    session.writer.beginRow(signal);
    try {
      this.#record.write(scanner, session.writer);
    } catch (thrown) {
      if (!(thrown instanceof OddRecord || thrown instanceof InputError)) throw thrown;
      session.writer.beginRowAgain();
      scanner.position = start;
      walkJsonRecord(parseNext(scanner), this.#names, session, this.#walk);
      return;
    }
    const end = scanner.position;
    session.finishRow(signal, () => rawRecord(parseJsonPart(scanner.text(start, end))));
  }
}

/** Parses the value that comes next. */
function parseNext(scanner: JsonScanner): unknown {
  scanner.next();
  const start = scanner.position;
  scanner.skip();
  return parseJsonPart(scanner.text(start, scanner.position));
}
