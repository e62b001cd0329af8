/** Letters that stand one by one. */
interface Spaced {
  /** The letters together; where the gap is wider there is a space. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const SINGLES = /(?<![a-z0-9])(?:[a-z][ ._*-]{1,3}){7}/gi;
const REST = /(?:[a-z][ ._*-]{1,3}){0,400}[a-z]?(?![a-z0-9])/iy;

/** Finds words that are spelt out, as in `i g n o r e`. */
export function spacedWords(text: string): readonly Spaced[] {
  const found: Spaced[] = [];
  SINGLES.lastIndex = 0;
  for (let match = SINGLES.exec(text); match !== null; match = SINGLES.exec(text)) {
    REST.lastIndex = match.index;
    const [whole = match[0]] = REST.exec(text) ?? [];
    SINGLES.lastIndex = Math.max(SINGLES.lastIndex, match.index + whole.length);
    const words = whole.split(/[ ._*-]{2,3}/).map((word) => word.replace(/[^a-z]/gi, ''));
    // Where all gaps are alike the words can not be told apart: rules see them as one and as given.
    found.push({
      text: words.length > 1 ? words.join(' ') : whole.replace(/[^a-z]/gi, ''),
      start: match.index,
      end: match.index + whole.length,
    });
  }
  return found;
}
