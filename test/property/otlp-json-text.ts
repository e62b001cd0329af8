import type { Random } from './otlp-wire.ts';

const SPAN_KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'];
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const SEVERITIES = ['UNSPECIFIED', ...LEVELS.flatMap((level) => ['', '2', '3', '4'].map((step) => level + step))];

/** Fields whose values have other legal forms, and how to write one. */
const FORMS: Readonly<Record<string, (value: unknown) => string>> = {
  intValue: unquoted,
  timeUnixNano: unquoted,
  startTimeUnixNano: unquoted,
  endTimeUnixNano: unquoted,
  observedTimeUnixNano: unquoted,
  droppedAttributesCount: quoted,
  droppedEventsCount: quoted,
  droppedLinksCount: quoted,
  flags: quoted,
  traceId: upperCase,
  spanId: upperCase,
  parentSpanId: upperCase,
  bytesValue: (value) => JSON.stringify(String(value).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
  kind: (value) => named('SPAN_KIND_', SPAN_KINDS, value),
  code: (value) => named('STATUS_CODE_', STATUS_CODES, value),
  severityNumber: (value) => named('SEVERITY_NUMBER_', SEVERITIES, value),
};

const ABSENT = ['events', 'links', 'status', 'traceState', 'body', 'attributes', 'schemaUrl', 'intValue', 'flags'];

/**
 * Prints a value of OTLP/JSON in another legal form: int64 quoted or not, enums by name, ids in capitals, base64 for URLs, null
 * for absent fields, unknown fields, fields in another order, white space.
 */
export function otherJsonText(json: unknown, random: Random, field = ''): string {
  const form = FORMS[field];
  if (form !== undefined && random() < 0.5) return form(json);
  if (Array.isArray(json)) return `[${json.map((item) => otherJsonText(item, random)).join(space(random, ','))}]`;
  if (typeof json !== 'object' || json === null) return Object.is(json, -0) ? '-0' : JSON.stringify(json);
  const parts = Object.entries(json).map(
    ([name, value]) => `${JSON.stringify(name)}${space(random, ':')}${otherJsonText(value, random, name)}`,
  );
  const absent = ABSENT.filter((name) => !(name in json) && random() < 0.1).map((name) => `"${name}":null`);
  const unknown = random() < 0.1 ? ['"unknownField":{"traceId":[1,12345678901234567890,"x"]}'] : [];
  const shuffled = [...parts, ...absent, ...unknown].map((part) => ({ part, at: random() }));
  return `{${shuffled
    .sort((a, b) => a.at - b.at)
    .map(({ part }) => part)
    .join(space(random, ','))}}`;
}

function space(random: Random, mark: string): string {
  return random() < 0.1 ? ` ${mark}\n\t ` : mark;
}

function unquoted(value: unknown): string {
  return String(value);
}

function quoted(value: unknown): string {
  return `"${value}"`;
}

function upperCase(value: unknown): string {
  return JSON.stringify(String(value).toUpperCase());
}

function named(prefix: string, names: readonly string[], value: unknown): string {
  const name = names[Number(value)];
  return name === undefined ? String(value) : `"${prefix}${name}"`;
}
