import type { SensitiveMatch } from '../contract/text-inspector.ts';
import { categoryOf, type SensitiveKind } from './kinds.ts';

/** Takes what the finders find, and leaves out what was not asked for. */
export class Findings {
  /** In the order found; they may overlap. */
  readonly matches: SensitiveMatch[] = [];
  readonly #kinds: ReadonlySet<SensitiveKind>;
  readonly #minConfidence: number;

  constructor(kinds: ReadonlySet<SensitiveKind>, minConfidence: number) {
    this.#kinds = kinds;
    this.#minConfidence = minConfidence;
  }

  /** @param confidence 0 to 1 */
  add(kind: SensitiveKind, start: number, end: number, confidence: number): void {
    if (confidence < this.#minConfidence || !this.#kinds.has(kind)) return;
    this.matches.push({ kind, category: categoryOf(kind), start, end, confidence });
  }
}
