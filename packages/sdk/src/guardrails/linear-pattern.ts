import { ConfigurationError } from '../errors.ts';

/** Most that one repeat may repeat, and the most steps that all repeats of a pattern may make together at one place of the text. */
const MOST_REPEATS = 1_000;
const MOST_STEPS = 10_000;

/**
 * Takes a pattern whose time is linear in the text, whatever the text is: every repeat is bounded, none stands in another, what is
 * repeated has no choice, and nothing refers back.
 * @param path of the option, for the error
 * @throws {ConfigurationError} GUARDRAIL_PATTERN
 */
export function linearPattern(pattern: RegExp | string, path: string): RegExp {
  const { source, flags } = compiled(pattern, path);
  const fault = faultOf(source, flags);
  if (fault !== undefined) throw new ConfigurationError('GUARDRAIL_PATTERN', path, fault);
  return new RegExp(source, `${flags.replace(/[gy]/g, '')}g`);
}

function compiled(pattern: RegExp | string, path: string): RegExp {
  if (pattern instanceof RegExp) return pattern;
  try {
    return new RegExp(pattern, 'iu');
  } catch (error) {
    throw new ConfigurationError('GUARDRAIL_PATTERN', path, `\`${pattern}\` is no regular expression`, {
      cause: error,
    });
  }
}

const TOKEN =
  /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|k<[^>]*>|c[A-Za-z]|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?(?:<?[=!]|<[^>]*>|:|[a-z-]*:)?|[()|]|\{(\d+)(?:(,)(\d*))?\}|[*+?]|[\s\S]/g;

interface Group {
  repeats: boolean;
  choices: number;
}

function faultOf(source: string, flags: string): string | undefined {
  if (flags.includes('v')) return 'the flag `v` nests classes; use `u`';
  const open: Group[] = [{ repeats: false, choices: 1 }];
  let closed: Group | undefined;
  let repeated = false;
  let steps = 1;
  for (const [token, least, comma, most] of source.matchAll(TOKEN)) {
    const group = open.at(-1);
    if (group === undefined) return 'its groups do not match';
    if (/^\\(?:[1-9]|k<)/.test(token)) return `\`${token}\` refers back to a group; write it out`;
    if (token === '*' || token === '+' || (comma !== undefined && most === '')) {
      return `\`${token}\` has no upper bound; write for example \`{${token === '+' ? 1 : (least ?? 0)},200}\``;
    }
    // After a repeat, `?` only says that it takes little.
    const isOptional: boolean = token === '?' && !repeated;
    repeated = least !== undefined || isOptional;
    if (repeated) {
      const [from, to] = isOptional ? [0, 1] : [Number(least), Number(comma === undefined ? least : most)];
      if (to > MOST_REPEATS) return `\`${token}\` repeats more than ${MOST_REPEATS} times`;
      if (to > 1 && closed?.repeats === true) return `\`${token}\` repeats a group that holds a repeat`;
      if (to > 1 && closed !== undefined && closed.choices > 1) {
        return `\`${token}\` repeats a group that holds a choice; use a class such as \`[ab]\``;
      }
      group.repeats = true;
      steps *= Math.max(1, to - from + 1);
    }
    if (token.startsWith('(')) open.push({ repeats: false, choices: 1 });
    if (token === '|') group.choices++;
    closed = token === ')' ? open.pop() : undefined;
    if (closed !== undefined) {
      steps *= closed.choices;
      const around = open.at(-1);
      if (around !== undefined) around.repeats ||= closed.repeats;
      if (around !== undefined && closed.choices > 1) around.repeats = true;
    }
    if (steps > MOST_STEPS) return `its repeats and choices make more than ${MOST_STEPS} steps; lower their bounds`;
  }
  return undefined;
}
