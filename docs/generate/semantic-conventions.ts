import { readFile } from 'node:fs/promises';
import {
  CHECKS,
  DIALECT_VERSION,
  DIALECTS,
  OPERATION_NAMES,
  PROVIDER_HOSTS,
  PROVIDER_NAMES,
  TARGETS,
} from '@spanledger/semconv';
import { code, GENERATED, table } from './markdown.ts';

const SOURCE = new URL('../../packages/semconv/src/', import.meta.url);
const MESSAGES = DIALECTS.flatMap((dialect) => dialect.messages ?? []);
const RULES = DIALECTS.flatMap((dialect) => dialect.rules.map((rule) => ({ ...rule, dialect: dialect.name })));

/** Constants of a source file with the text of their comments, in order. */
async function constants(file: string): Promise<{ text: string; value: string }[]> {
  const source = await readFile(new URL(file, SOURCE), 'utf8');
  const found = source.matchAll(/\/\*\* (.*) \*\/\nexport const \w+ = '(.*)';/g);
  return Array.from(found, ([, text = '', value = '']) => ({ text, value }));
}

/** Types of a source file that list words, with the text of their comments, in order. */
async function wordLists(file: string): Promise<{ text: string; words: string[] }[]> {
  const source = await readFile(new URL(file, SOURCE), 'utf8');
  const found = source.matchAll(/\/\*\* (.*) \*\/\nexport type \w+ = ((?:'\w+'(?: \| )?)+);/g);
  return Array.from(found, ([, text = '', union = '']) => ({
    text,
    words: union.split(' | ').map((word) => word.slice(1, -1)),
  }));
}

/** The keys that fill each target, best placed first. */
function targetTable(): string {
  const rows = TARGETS.map((target) => [
    code(target),
    [
      ...RULES.filter((rule) => rule.target === target).map((rule) => code(rule.key)),
      ...MESSAGES.filter((rule) => rule.target === target).map((rule) => code(`${rule.prefix}N${rule.suffix}`)),
    ].join(', '),
  ]);
  return table(['meaning', 'attribute keys, the first that is present counts'], rows);
}

/** The words that dialects have for each name; `nothing` says what it means to have none. */
function wordTable(heading: string, names: Readonly<Record<string, string>>, nothing = ''): string {
  const words = Map.groupBy(Object.entries(names), ([, name]) => name);
  const rows = Array.from(words, ([name, entries]) => [
    name === '' ? nothing : code(name),
    entries.map(([word]) => code(word)).join(', '),
  ]);
  return table([heading, 'words for it, in lower case'], rows);
}

function contentList(): string {
  const exact = RULES.filter((rule) => rule.content).map((rule) => `- ${code(rule.key)}`);
  const inEvents = DIALECTS.flatMap((dialect) => dialect.contentInEvents ?? []);
  const prefixes = DIALECTS.flatMap((dialect) => dialect.contentPrefixes ?? []);
  const indexed = DIALECTS.flatMap((dialect) => dialect.contentIndexedPrefixes ?? []);
  return [
    ...exact,
    ...inEvents.map((key) => `- ${code(key)} of a span event`),
    ...prefixes.map((prefix) => `- every key that begins with ${code(prefix)}`),
    ...MESSAGES.map(({ prefix, suffix }) => `- ${code(`${prefix}N${suffix}`)}`),
    ...indexed.map((prefix) => `- every key that begins with ${code(prefix)} and a digit`),
    '- the body of a log record',
  ].join('\n');
}

/** The page `docs/semantic-conventions.md`, made from `packages/semconv/src`. */
export async function semanticConventions(): Promise<string> {
  const attributes = await constants('attributes.ts');
  const events = await constants('events.ts');
  const lists = await wordLists('checks.ts');
  const targetOf = new Map(RULES.map((rule) => [rule.key, rule.target ?? '']));
  return `# Semantic conventions

${GENERATED}

Source: \`packages/semconv/src\`. What an OpenTelemetry convention has (\`gen_ai.*\`, \`user.id\`, \`session.id\`, \`error.type\`) is used
under its own name. What none has is below.

## Attributes

${table(
  ['attribute', 'what it says', 'meaning'],
  attributes.map(({ text, value }) => [code(value), text, code(targetOf.get(value) ?? '')]),
)}

A span with \`spanledger.step.id\` and a verdict, a status or checks is the **outcome** of a governed step. A log record named
\`spanledger.step.decided\` with \`spanledger.step.id\` is its **decision**. A span that only carries \`spanledger.step.id\` is a call below
the step.

## Events

An event is a log record with an event name. The attribute \`event.name\` is read where the field is empty.

${table(
  ['event', 'when'],
  events.map(({ text, value }) => [code(value), text]),
)}

## Checks

The fifteen checks, in the order in which they run: ${CHECKS.map(code).join(', ')}.

${lists.map(({ text, words }) => `- ${text} ${words.map(code).join(', ')}`).join('\n')}

## Dialects

The same thing has several names, by convention and by year. The table below says which attribute fills which meaning. Version of the
table: ${DIALECT_VERSION}. Dialects in order of precedence:

${DIALECTS.map((dialect) => `- **${dialect.name}**: ${dialect.source}`).join('\n')}

For one meaning the first key of the row that a record carries counts. A record's own attributes stand above those of its resource.
Empty values are passed over. Attributes of span events and of links say nothing of their span. Every attribute is kept, whether it
has a meaning or not.

${targetTable()}

Of messages that are written out one attribute a field (\`N\` above is their number) the last to stand in the record counts.

## Words

What a record calls its operation, in \`gen_ai.operation.name\` or a key of the meaning \`operation_kind\`, becomes one of these names. A
word that is not here stays as it is in \`gen_ai.operation.name\`, and says nothing in any other key.

${wordTable('operation', OPERATION_NAMES, 'none: the span is no step')}

Providers likewise; a word that is not here is cut at its first dot, so that \`openai.chat\` is \`openai\`.

${wordTable('provider', PROVIDER_NAMES, 'none: a framework')}

A model call that names no provider has that of the host it went to (\`server.address\`):

${wordTable('provider', PROVIDER_HOSTS)}

## Kept by digest

The values of these are personal content. The ledger holds their digest, and the table \`content\` holds the value
([ledger format](ledger-format.md#attribute-values)).

${contentList()}
`;
}
