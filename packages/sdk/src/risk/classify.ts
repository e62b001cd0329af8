import type { ToolAnnotations } from '../contract/node.ts';
import type { RiskTier } from '../contract/step-facts.ts';
import { RISK_PAIRS, RISK_WORDS, SECRET_WORDS } from './words.ts';

/** Classifies the text of an action. */
export type ActionClassifier = (action: string) => RiskTier;

const DEPTH = 32;
const MOST_VALUES = 10_000;

/** Makes a classifier that goes by whole words: `get_information` does not format anything. Texts that it has seen are remembered. */
export function actionClassifier(own: Readonly<Record<string, RiskTier>> = {}): ActionClassifier {
  const tiers = new Map<string, RiskTier>();
  for (const tier of [2, 3, 4] as const) {
    for (const word of RISK_WORDS[tier]) for (const form of formsOf(word)) tiers.set(form, tier);
  }
  for (const [word, tier] of Object.entries(own)) for (const form of formsOf(word.toLowerCase())) tiers.set(form, tier);
  const pairs = RISK_PAIRS.map(
    ([verb, object, tier]) => [new Set(formsOf(verb)), new Set(formsOf(object)), tier] as const,
  );
  const seen = new Map<string, RiskTier>();
  return (action) => {
    const known = seen.get(action);
    if (known !== undefined) return known;
    const words = wordsOf(action);
    let tier: RiskTier = 1;
    for (const word of words) tier = higher(tier, tiers.get(word) ?? 1);
    for (const [verbs, objects, together] of pairs) {
      if (words.some((word) => verbs.has(word)) && words.some((word) => objects.has(word)))
        tier = higher(tier, together);
    }
    if (seen.size < 1000 && action.length < 1000) seen.set(action, tier);
    return tier;
  };
}

/** Words of a text or a name, in lower case: `sendEmail`, `send_email` and `send email` have the same. */
export function wordsOf(text: string): readonly string[] {
  return text
    .normalize('NFKC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** The tier that a tool's hints ask for at least. Hints come from the tool's server, so they raise and never lower. */
export function tierOfHints(annotations: ToolAnnotations | undefined): RiskTier {
  if (annotations?.destructiveHint === true && annotations.readOnlyHint !== true) return 4;
  return annotations?.openWorldHint === true && annotations.readOnlyHint !== true ? 3 : 1;
}

/** Whether a value has, at any depth, a named part that holds a secret. */
export function hasSecretName(value: unknown): boolean {
  let left = MOST_VALUES;
  const look = (part: unknown, depth: number): boolean => {
    if (typeof part !== 'object' || part === null) return false;
    left -= 1;
    // What is too deep or too much to look at is taken for the worse.
    if (depth > DEPTH || left < 0) return true;
    return Object.entries(part).some(([name, below]) => isSecretName(name) || look(below, depth + 1));
  };
  return look(value, 0);
}

function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => SECRET_WORDS.has(word)) || SECRET_WORDS.has(words.join('')) || isKeyName(words);
}

/** `api_key`, `private_key` and `credit_card` as parts of a longer name. */
function isKeyName(words: readonly string[]): boolean {
  return words.some((word, at) => SECRET_WORDS.has(`${word}${words[at + 1] ?? ''}`));
}

function formsOf(word: string): readonly string[] {
  const stem = word.endsWith('e') ? word.slice(0, -1) : word;
  const doubled = /[^aeiou][aeiou][ptm]$/.test(word) ? [`${word}${word.at(-1)}ed`, `${word}${word.at(-1)}ing`] : [];
  return [word, `${word}s`, `${word}es`, `${stem}ed`, `${stem}ing`, `${word.replace(/y$/, 'ie')}s`, ...doubled];
}

/** The higher of two tiers. */
export function higher(one: RiskTier, other: RiskTier): RiskTier {
  return one > other ? one : other;
}
