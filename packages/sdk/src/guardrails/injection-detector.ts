import { plainTextOf } from '../text/plain-text.ts';
import {
  INJECTION_RULES,
  INJECTION_RULES_VERSION,
  type InjectionCategory,
  type InjectionRule,
} from './injection-rules.ts';
import { RuleIndex, windowAt } from './rule-index.ts';
import { spacedWords } from './spaced-words.ts';

/** One place where a rule fits. */
export interface InjectionHit {
  readonly rule: string;
  readonly category: InjectionCategory;
  readonly weight: number;
  /** Positions in the text as it was given, UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** What a text was taken for. */
export interface InjectionReport {
  /** 0 to 1: one less the product of what each category's heaviest rule leaves open. */
  readonly score: number;
  /** First place of each rule that fits, in order of their start. */
  readonly hits: readonly InjectionHit[];
  /** Version of the rules. */
  readonly rules: string;
}

/** Finds attempts to give a model other orders. */
export interface InjectionDetector {
  /** The whole text is looked at, in time linear in its length. */
  detect(text: string): InjectionReport;
}

const CLEAN: InjectionReport = Object.freeze({ score: 0, hits: Object.freeze([]), rules: INJECTION_RULES_VERSION });
/** Letters that are only there for a machine: Unicode tags spell a text that no one sees. */
const TAGS = /(?:\udb40[\udc20-\udc7e]){4}/;
/** Letters one by one with gaps all alike: the words can not be told apart. */
const SPELT = { id: 'spelt_out', category: 'override', weight: 0.7 } as const;
const SPELT_OUT =
  /(?:ignore|disregard|forget|override|bypass|reveal)[a-z]{0,60}(?:instruction|rule|prompt|guideline|restriction)/i;
const STANDARD = new RuleIndex(INJECTION_RULES);

/**
 * Makes a detector.
 * @param more rules of your own, beside those that come with the SDK
 */
export function injectionDetector(more: readonly InjectionRule[] = []): InjectionDetector {
  const index = more.length === 0 ? STANDARD : new RuleIndex([...INJECTION_RULES, ...more]);
  return Object.freeze({
    detect(text: string): InjectionReport {
      const found = new Map<string, InjectionHit>();
      const { foreign, spelt } = look(index, text, found, undefined);
      if (!foreign) {
        if (spelt) lookAtSpelt(index, text, found, undefined);
        return found.size === 0 ? CLEAN : report([...found.values()]);
      }
      const plain = plainTextOf(text);
      const seen = plain?.text ?? text;
      const offsets = plain?.offsets;
      if (look(index, seen, found, offsets).spelt) lookAtSpelt(index, seen, found, offsets);
      if (TAGS.test(text)) found.set('hidden_text', hiddenText(text));
      return found.size === 0 ? CLEAN : report([...found.values()]);
    },
  });
}

type Found = Map<string, InjectionHit>;

function look(index: RuleIndex, seen: string, found: Found, offsets: Uint32Array | undefined) {
  return index.eachStart(seen, (rule, at) => {
    if (found.has(rule.id)) return;
    const length = rule.lengthAt(windowAt(seen, at));
    if (length > 0) found.set(rule.id, hit(rule, at, at + length, offsets));
  });
}

function lookAtSpelt(index: RuleIndex, seen: string, found: Found, offsets: Uint32Array | undefined): void {
  for (const { text, start, end } of spacedWords(seen)) {
    index.eachStart(text, (rule, at) => {
      if (found.has(rule.id) || rule.lengthAt(windowAt(text, at)) === 0) return;
      found.set(rule.id, hit(rule, start, end, offsets));
    });
    if (SPELT_OUT.test(text)) found.set(SPELT.id, hit(SPELT, start, end, offsets));
  }
}

function hit(
  rule: Pick<InjectionRule, 'id' | 'category' | 'weight'>,
  start: number,
  end: number,
  offsets: Uint32Array | undefined,
): InjectionHit {
  const { id, category, weight } = rule;
  return { rule: id, category, weight, start: offsets?.[start] ?? start, end: offsets?.[end] ?? end };
}

function hiddenText(text: string): InjectionHit {
  const start = text.search(TAGS);
  let end = start;
  while (text[end] === '\udb40') end += 2;
  return { rule: 'hidden_text', category: 'concealment', weight: 0.9, start, end };
}

function report(hits: readonly InjectionHit[]): InjectionReport {
  const heaviest = new Map<InjectionCategory, number>();
  for (const { category, weight } of hits) heaviest.set(category, Math.max(weight, heaviest.get(category) ?? 0));
  let open = 1;
  for (const weight of heaviest.values()) open *= 1 - weight;
  const score = Math.round((1 - open) * 1000) / 1000;
  return { score, hits: [...hits].sort((one, other) => one.start - other.start), rules: INJECTION_RULES_VERSION };
}
