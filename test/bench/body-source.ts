import { SPANS_OF_RUN } from './span-ids.ts';
import { type Encoding, StampedBody } from './stamped-body.ts';

/** Bodies that are made beforehand, each with other values. */
const TEMPLATES = 8;

/** Gives bodies of one form and size, no span twice. */
export class BodySource {
  /** Number of the next span, over all sources: ids are never given twice. */
  static #next = 0;
  readonly encoding: Encoding;
  readonly spans: number;
  readonly #templates: readonly StampedBody[];

  /** @param spans spans of a body: 1, or a multiple of 25 */
  constructor(encoding: Encoding, spans: number) {
    this.encoding = encoding;
    this.spans = spans;
    // A single span is what its place in the run makes it.
    const kinds = spans % SPANS_OF_RUN === 0 ? 1 : SPANS_OF_RUN;
    this.#templates = Array.from(
      { length: TEMPLATES * kinds },
      (_, at) => new StampedBody(encoding, at % kinds, spans),
    );
    BodySource.#next = Math.ceil(BodySource.#next / SPANS_OF_RUN) * SPANS_OF_RUN;
  }

  /** The next body. */
  next(): Buffer {
    const first = BodySource.#next;
    BodySource.#next += this.spans;
    const template = this.#templates[Math.floor(first / this.spans) % this.#templates.length];
    if (template === undefined) throw new Error('spans of bodies must be 1 or a multiple of 25');
    return template.copy(first);
  }
}
