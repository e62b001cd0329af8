import { DIALECTS } from '@spanledger/semconv';
import type { SpanInit } from '../otlp/bodies.ts';
import { double, type Value } from '../otlp/values.ts';
import type { Random } from '../property/otlp-wire.ts';

/** Every key that gives a record one of its meanings. */
const KEYS: readonly string[] = DIALECTS.flatMap((dialect) =>
  dialect.rules.filter((rule) => rule.target !== undefined && rule.target !== 'tenant_claim').map((rule) => rule.key),
);

const NUMBERS = [
  ...['0', '-0', '-1', '1', '00012', '+1', ' 7', '7 ', '1e3', '1e999', '-1e999', '1e-999', '0x10', '1_000', '.5', '5.'],
  ...['NaN', 'nan', 'inf', '-inf', 'Infinity', '255', '256', '4294967295', '4294967296', '999999999', '1000000000'],
  ...['999999999.999999999', '999999999.9999999999', '9223372036.854775807', '9223372036.854775808', '-9223372036.9'],
  ...['1000000000000', '1000000000001', '9223372036854775807', '9223372036854775808', '18446744073709551615'],
  ...[
    '18446744073709551616',
    '-9223372036854775808',
    '-9223372036854775809',
    `1${'0'.repeat(400)}`,
    `0.${'0'.repeat(400)}1`,
  ],
];
const TEXTS = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\n',
    "'",
    '"',
    '\\',
    '\\N',
    '`',
    '{x:String}',
    '%s',
    '\u2028',
    '\ufffd',
    '\u{10ffff}',
    '\ufeff',
  ],
  ...['NULL', 'true', 'false', 'commit', 'reject', 'escalate', 'deny', 'completed', 'failed', 'USD', 'EUR', 'default'],
  ...[
    'chat',
    'embeddings',
    'rerank',
    'execute_tool',
    'invoke_agent',
    'invoke_workflow',
    'generation',
    'ai.generateText',
  ],
  ...['openai', 'anthropic', 'gpt-4o', 'claude-3-5-sonnet-20241022', 'text-embedding-3-small', 'gpt-4.1-mini'],
  'x'.repeat(513),
  'é'.repeat(2000),
];
const MOST = '18446744073709551615';
const JSONS = [
  ...['[', ']', '{', '{}', '[]', '[[', '{"', 'null', '[null]', '{"a":', '["a"', '"', '[1e999]', '[1,"a",{}]', '[""]'],
  ...['["a","b"]', '[1.5,-0,1e308]', '[18446744073709551616]', '{"a":{"a":{"a":1}}}', '["\\ud800"]', '["\\u0000"]'],
  `{"input":${MOST},"output":${MOST},"total":${MOST}}`,
  `{"input":${MOST},"input_cached_tokens":${MOST},"cache_read_input_tokens":${MOST},"output":1}`,
  `{"input":-1,"output":1.5,"output_reasoning_tokens":${MOST},"cache_creation_input_tokens":9223372036854775807}`,
  `{"input":9223372036854775807,"output":9223372036854775808,"output_reasoning_tokens":9223372036854775807}`,
  '{"prompt_tokens":1000000000000,"completion_tokens":1000000000000}',
  '{"input":9223372036,"output":9223372036,"total":1e999}',
  '{"input":9223372036.854775807,"output":9223372036.854775807}',
  '{"input":999999999.999999999,"output":999999999.999999999}',
  '{"input":-999999999.999999999,"output":-999999999.999999999}',
  '{"total":"5"}',
  `{"openai":{"cachedPromptTokens":${MOST},"reasoningTokens":${MOST}},"anthropic":{"cacheReadInputTokens":${MOST},"cacheCreationInputTokens":${MOST}}}`,
  `{"openai":{"cachedPromptTokens":9223372036854775807},"anthropic":{"cacheCreationInputTokens":9223372036854775807}}`,
  `{"openai":[],"anthropic":7,"bedrock":{"usage":{"cacheReadInputTokens":"${MOST}","cacheWriteInputTokens":-1}}}`,
  '['.repeat(5000),
  '{"a":'.repeat(5000),
  `[${'"x",'.repeat(500)}"x"]`,
  `{${Array.from({ length: 200 }, (_, i) => `"input_${i}":${MOST}`).join()}}`,
];
const VALUES: readonly Value[] = [
  true,
  null,
  -1,
  2n ** 63n - 1n,
  -(2n ** 63n),
  double(Number.NaN),
  double(Number.POSITIVE_INFINITY),
  double(1e308),
  double(-0),
  double(5e-324),
  double(999_999_999.999_999_9),
  new Uint8Array([0, 255, 254]),
  [],
  ['a', 'b'],
  [null, new Uint8Array([255])],
  {},
  { input: 2n ** 63n - 1n, output: double(Number.NaN) },
];
const TIMES = [
  0n,
  1n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
  4_294_967_295_000_000_000n,
  4_294_967_296_000_000_000n,
];
const ODD_TIMES = [...TIMES, 9_214_646_400_000_000_000n, 1_768_219_200_000_000_003n, BigInt(Date.now()) * 1_000_000n];

/** Attributes of a call whose model the price list knows. */
export const PRICED_CALL: readonly (readonly [string, string])[] = [
  ['gen_ai.operation.name', 'chat'],
  ['gen_ai.request.model', 'gpt-4o'],
  ['gen_ai.provider.name', 'openai'],
];

/** Bytes that stand for the text of the bytes before they are sent: no test message can hold text that is no UTF-8. */
export const NO_UTF8 = { text: 'no-utf-8', bytes: Buffer.from('no\xff\xc3\xed\xa0\x80f8', 'latin1').subarray(0, 8) };

/** One value for an attribute that means something, of all that a careless or hostile sender could think of. */
export function hostileValue(random: Random): Value {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const kind = random();
  if (kind < 0.35) return pick(NUMBERS);
  if (kind < 0.6) return pick(TEXTS);
  if (kind < 0.85) return pick(JSONS);
  return kind < 0.95 ? pick(VALUES) : NO_UTF8.text;
}

/** A call of a model that has a price, a part of its meanings overwritten by hostile values. */
export function hostileSpan(random: Random): SpanInit {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const share = pick([0.02, 0.1, 0.5]);
  const attributes: (readonly [string, Value])[] = [];
  if (random() < 0.7) {
    attributes.push(...PRICED_CALL);
  }
  for (const key of KEYS) if (random() < share) attributes.push([key, hostileValue(random)]);
  const name = random() < 0.2 ? pick(TEXTS) : 'chat gpt-4o';
  return { attributes, name, startTimeUnixNano: pick(ODD_TIMES), endTimeUnixNano: pick(ODD_TIMES) };
}
