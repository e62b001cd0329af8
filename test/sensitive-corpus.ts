import { readdirSync, readFileSync } from 'node:fs';
import { sensitiveScanner } from '@spanledger/sdk';

/** A value that a text holds. */
interface Label {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** A text of the corpus without its marks. */
export interface LabelledText {
  readonly file: string;
  readonly text: string;
  readonly labels: readonly Label[];
}

/** How well one kind is found. */
export interface KindScore {
  readonly kind: string;
  readonly labelled: number;
  /** Values of the kind that were found as such, and masked as a whole. */
  readonly found: number;
  /** Matches of the kind where no value of it stands. */
  readonly wrong: number;
  /** `found / (found + wrong)`; 1 where nothing was found. */
  readonly precision: number;
  /** `found / labelled`. */
  readonly recall: number;
}

const FOLDER = new URL('./fixtures/sensitive/', import.meta.url);
const MARK = /\{\{([A-Z_]+):([^{}]*)\}\}/g;

/** Reads the corpus of sensitive values. */
export function readCorpus(): readonly LabelledText[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.txt'))
    .flatMap((file) =>
      readFileSync(new URL(file, FOLDER), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => labelled(file, line)),
    );
}

function labelled(file: string, line: string): LabelledText {
  const labels: Label[] = [];
  let text = '';
  let from = 0;
  for (const mark of line.matchAll(MARK)) {
    text += line.slice(from, mark.index);
    const value = (mark[2] ?? '').replaceAll('¦', '');
    labels.push({ kind: mark[1] ?? '', start: text.length, end: text.length + value.length });
    text += value;
    from = mark.index + mark[0].length;
  }
  return { file, text: text + line.slice(from), labels };
}

/** Scans the corpus and counts by kind. */
export function scoreCorpus(corpus: readonly LabelledText[]): readonly KindScore[] {
  const scanner = sensitiveScanner();
  const counts = new Map<string, { labelled: number; found: number; wrong: number }>();
  const of = (kind: string) => {
    const known = counts.get(kind) ?? { labelled: 0, found: 0, wrong: 0 };
    counts.set(kind, known);
    return known;
  };
  for (const { text, labels } of corpus) {
    const matches = scanner.scan(text);
    for (const label of labels) {
      of(label.kind).labelled++;
      const whole = matches.some(
        (match) => match.kind === label.kind && match.start <= label.start && match.end >= label.end,
      );
      if (whole) of(label.kind).found++;
    }
    for (const match of matches) {
      const right = labels.some(
        (label) => label.kind === match.kind && label.start < match.end && match.start < label.end,
      );
      if (!right) of(match.kind).wrong++;
    }
  }
  return [...counts]
    .map(([kind, count]) => ({
      kind,
      ...count,
      precision: count.found + count.wrong === 0 ? 1 : count.found / (count.found + count.wrong),
      recall: count.labelled === 0 ? 1 : count.found / count.labelled,
    }))
    .sort((one, other) => one.kind.localeCompare(other.kind));
}

/** Gives the texts of the corpus of injections and whether each is one. */
export function readInjections(): readonly { readonly text: string; readonly injection: boolean }[] {
  const lines = readFileSync(new URL('./fixtures/injections.txt', import.meta.url), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => ({ text: line.slice(2), injection: line.startsWith('+ ') }));
}
