import { isLetterOrDigit } from './text-places.ts';

/** What the words before a value say that it is. */
export type Cue =
  | 'ssn'
  | 'npi'
  | 'mrn'
  | 'nhs'
  | 'passport'
  | 'license'
  | 'routing'
  | 'account'
  | 'phone'
  | 'zip'
  | 'birth'
  | 'card'
  | 'version';

/** How far before a value its cue may stand, UTF-16 units. */
const REACH = 40;

const CUES: readonly (readonly [Cue, string])[] = [
  ['ssn', 'ssn|social[ _-]?security|taxpayer[ _-]?id|itin'],
  ['npi', 'npi|national[ _-]provider'],
  ['mrn', 'mrn|medical[ _-]?record|chart[ _-]?(?:no|number|id)|patient[ _-]?(?:id|no|number)|health[ _-]?record'],
  ['nhs', 'nhs'],
  ['passport', 'passport|reisepass|passeport|pasaporte'],
  ['license', "driv(?:er|ing)(?:['’]?s)?[ _-]?licen[cs]e|licen[cs]e[ _-]?(?:no|number)|\\bdl[ _-]?(?:no|number|#)"],
  ['routing', 'routing|\\baba\\b|\\brtn\\b'],
  ['account', 'account[ _-]?(?:no|number|num|#)|acct|bank[ _-]?account|checking|savings|kontonummer'],
  [
    'phone',
    'phone|\\btel|call|mobile|\\bcell|\\bfax|whatsapp|\\bsms\\b|\\btext me|contact|reach (?:me|us|him|her)|handy',
  ],
  ['zip', '\\bzip|postal|postcode|plz'],
  ['birth', '\\bdob\\b|birth|\\bborn\\b|geboren|admitted|admission|discharged?|deceased|date of death|\\bdied\\b'],
  ['card', 'card|\\bvisa\\b|master ?card|amex|\\bpan\\b'],
  ['version', 'version|release|\\bv$|\\bver\\b|\\bsection\\b|\\bbuild\\b'],
];
const ANY = new RegExp(CUES.map(([, words]) => `(${words})`).join('|'), 'gi');

/** Gives the cue that stands nearest before a place, on the same line. */
export function cueBefore(text: string, at: number): Cue | undefined {
  let from = Math.max(0, at - REACH);
  // A word that the reach cuts is none: the end of `river` is no `ver`.
  if (isLetterOrDigit(text.charCodeAt(from - 1))) while (from < at && isLetterOrDigit(text.charCodeAt(from))) from++;
  const reach = text.slice(from, at);
  const line = reach.slice(reach.lastIndexOf('\n') + 1);
  let nearest: Cue | undefined;
  for (const match of line.matchAll(ANY)) {
    const group = match.findIndex((value, index) => index > 0 && value !== undefined);
    nearest = CUES[group - 1]?.[0];
  }
  return nearest;
}
