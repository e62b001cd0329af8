import { ConfigurationError } from '../errors.ts';
import { plainTextOf } from '../text/plain-text.ts';
import type { Guardrail, GuardrailAction } from './guardrail.ts';

/** Words and phrases that a text must not hold. */
export interface KeywordGuardrailOptions {
  /** Default `keyword`. */
  readonly name?: string;
  /** Default `block`. `modify` replaces them. */
  readonly action?: GuardrailAction;
  /** Found as whole words, upper or lower case, accents and look-alikes aside. */
  readonly forbid: readonly string[];
  /** Default `[REMOVED]`. */
  readonly replacement?: string;
}

/** Looks for whole words and phrases. @throws {ConfigurationError} GUARDRAIL_OPTIONS */
export function keywordGuardrail(options: KeywordGuardrailOptions): Guardrail {
  const { name = 'keyword', action = 'block', forbid, replacement = '[REMOVED]' } = options;
  const words = forbid.map((word, at) => plainWord(word, `${name}.forbid[${at}]`));
  if (words.length === 0) throw new ConfigurationError('GUARDRAIL_OPTIONS', `${name}.forbid`, 'there is no word');
  // Longer phrases first, so that one that begins with a shorter one is taken as a whole.
  const choices = words.sort((one, other) => other.length - one.length).join('|');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${choices})(?![\\p{L}\\p{N}_])`, 'giu');
  return {
    name,
    action,
    inspect(text) {
      const plain = plainTextOf(text);
      const seen = plain?.text ?? text;
      if (seen.search(pattern) === -1) return text !== seen && text.search(pattern) !== -1 ? found(text) : undefined;
      if (plain === undefined) return found(text);
      return { reason: 'keyword_forbidden', text: replacedIn(text, plain.offsets, seen) };
    },
  };

  function found(text: string) {
    return { reason: 'keyword_forbidden', text: text.replace(pattern, () => replacement) };
  }

  function replacedIn(text: string, offsets: Uint32Array, seen: string): string {
    let changed = '';
    let from = 0;
    for (const match of seen.matchAll(pattern)) {
      changed += text.slice(from, offsets[match.index]) + replacement;
      from = offsets[match.index + match[0].length] ?? text.length;
    }
    return changed + text.slice(from);
  }
}

function plainWord(word: string, path: string): string {
  const trimmed = word.trim();
  if (trimmed === '') throw new ConfigurationError('GUARDRAIL_OPTIONS', path, 'an empty word stands in every text');
  const plain = plainTextOf(trimmed)?.text ?? trimmed;
  return plain.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s{1,20}');
}
