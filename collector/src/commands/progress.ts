/** Time between two lines of detail where lines can't be rewritten, milliseconds. */
const DETAIL_INTERVAL = 10_000;
const CLEAR_LINE = '\r\x1b[K';

/** Shows how far something has come: one line that is rewritten on a terminal, else a line a step. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  #shown = false;
  #lastLineAt = Date.now();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** A step begins. Text that is indented is a detail of the step before: where lines stay, only some of those are shown. */
  step(text: string): void {
    if (this.#stream.isTTY) {
      this.clear();
      this.#stream.write(`${text.trim().slice(0, Math.max(20, this.#stream.columns - 3))} …`);
      this.#shown = true;
      return;
    }
    const isDetail = text.startsWith(' ');
    if (isDetail && Date.now() - this.#lastLineAt < DETAIL_INTERVAL) return;
    this.#lastLineAt = Date.now();
    this.#stream.write(`${text} …\n`);
  }

  /** Takes the rewritten line away, so that other text can follow. */
  clear(): void {
    if (this.#shown) this.#stream.write(CLEAR_LINE);
    this.#shown = false;
  }
}
