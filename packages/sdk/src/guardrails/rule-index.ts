import type { InjectionRule } from './injection-rules.ts';

/** Longest part of a text that one rule looks at from its first word on. */
const WINDOW = 256;
const SLOTS = 4096;
/** So many letters one by one spell a word. */
const SPELT = 7;

/** A rule made ready. */
export interface ReadyRule extends InjectionRule {
  /** Length of the pattern at the begin of a text; 0 where it does not fit. */
  lengthAt(window: string): number;
}

/** What was seen in passing. */
interface TextTraits {
  /** Something is not ASCII. */
  readonly foreign: boolean;
  /** Letters stand one by one. */
  readonly spelt: boolean;
}

/** Gives what a rule sees of a text at a place. */
export function windowAt(text: string, at: number): string {
  return text.slice(at, at + WINDOW);
}

/** Finds in one pass where rules may begin: words by their hash, signs by their first character. */
export class RuleIndex {
  /** By hash of the word: 1 where a word of a rule has it. */
  readonly #slots = new Uint8Array(SLOTS);
  readonly #words = new Map<string, ReadyRule[]>();
  readonly #signs = new Array<readonly (readonly [string, ReadyRule])[] | undefined>(128).fill(undefined);

  constructor(rules: readonly InjectionRule[]) {
    for (const rule of rules) {
      const ready = readyRule(rule);
      for (const start of rule.starts) this.#put(start, ready);
    }
  }

  /** Calls back for each place where a word or sign of a rule stands, and says what else the text is. */
  eachStart(text: string, take: (rule: ReadyRule, at: number) => void): TextTraits {
    const { length } = text;
    let foreign = false;
    let spelt = false;
    let single = 0;
    for (let at = 0; at < length; ) {
      const unit = text.charCodeAt(at);
      const code = unit | 32;
      if (code >= 97 && code <= 122) {
        let hash = code;
        let end = at + 1;
        for (; end < length; end++) {
          const next = text.charCodeAt(end) | 32;
          if (next < 97 || next > 122) break;
          hash = (hash * 31 + next) | 0;
        }
        if (this.#slots[hash & (SLOTS - 1)] === 1 && end - at < 20) {
          for (const rule of this.#words.get(text.slice(at, end).toLowerCase()) ?? []) take(rule, at);
        }
        single = end - at === 1 ? single + 1 : 0;
        if (single === SPELT) spelt = true;
        at = end;
      } else {
        if (unit > 127) foreign = true;
        const signs = unit < 128 ? this.#signs[unit] : undefined;
        if (signs !== undefined) {
          for (const [sign, rule] of signs) if (standsAt(text, at, sign)) take(rule, at);
        }
        at++;
      }
    }
    return { foreign, spelt };
  }

  #put(start: string, rule: ReadyRule): void {
    if (/^[a-z]+$/.test(start)) {
      let hash = start.charCodeAt(0);
      for (let at = 1; at < start.length; at++) hash = (hash * 31 + start.charCodeAt(at)) | 0;
      this.#slots[hash & (SLOTS - 1)] = 1;
      this.#words.set(start, [...(this.#words.get(start) ?? []), rule]);
    } else {
      const first = start.charCodeAt(0);
      this.#signs[first] = [...(this.#signs[first] ?? []), [start, rule] as const];
    }
  }
}

/** Whether a sign stands at a place, in upper or lower case. */
function standsAt(text: string, at: number, sign: string): boolean {
  const second = text.charCodeAt(at + 1);
  if (second !== sign.charCodeAt(1) && (second | 32) !== sign.charCodeAt(1)) return false;
  return text.slice(at, at + sign.length).toLowerCase() === sign;
}

function readyRule(rule: InjectionRule): ReadyRule {
  const starts = [...rule.starts].sort((one, other) => other.length - one.length);
  const escaped = starts.map((start) => start.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  const pattern = new RegExp(`(?:${escaped.join('|')})(?:${rule.pattern})`, 'iy');
  return {
    ...rule,
    lengthAt(window) {
      pattern.lastIndex = 0;
      return pattern.exec(window)?.[0].length ?? 0;
    },
  };
}
