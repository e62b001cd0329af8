import { DIALECTS, type DialectRule, TARGETS, type Target } from '@spanledger/semconv';
import { describe, expect, test } from 'vitest';
import { logBody, type SpanInit, traceBody } from '../otlp/bodies.ts';
import { type IngestRow, pairsOf, textOf, textsOf } from '../otlp/ingest-rows.ts';
import { TENANT, transcoding } from '../otlp/transcoding.ts';
import type { Attributes } from '../otlp/values.ts';

const rules: readonly DialectRule[] = DIALECTS.flatMap((dialect) => dialect.rules);
const aiming = rules.filter((rule): rule is DialectRule & { target: Target } => rule.target !== undefined);
const one = transcoding();

function rowOf(span: SpanInit, resource: Attributes = {}): IngestRow | undefined {
  one.clear();
  expect(one.send(traceBody([span], { resource }))).toMatchObject({ accepted: 1, rejected: 0 });
  return one.read()[0];
}

/** The filled targets of a row. */
function targetsOf(row: IngestRow | undefined): Record<string, string> {
  const filled = TARGETS.map((target) => [target, textOf(row, `t_${target}`)]).filter(([, text]) => text !== '');
  return Object.fromEntries(filled);
}

// A record may claim no tenant but its key's.
const valueFor = (rule: DialectRule): string => (rule.target === 'tenant_claim' ? TENANT : `value of ${rule.key}`);
const expected = (rule: DialectRule): unknown =>
  rule.content ? expect.stringMatching(/^[0-9a-f]{64}$/) : valueFor(rule);

test.each(aiming)('$key fills $target and nothing else', (rule) => {
  const attributes = { [rule.key]: valueFor(rule), other: 'x' };
  expect(targetsOf(rowOf({ attributes }))).toEqual({ [rule.target]: expected(rule) });
  expect(targetsOf(rowOf({}, attributes))).toEqual({ [rule.target]: expected(rule) });
});

const pairs = aiming.flatMap((before, i) =>
  aiming.slice(i + 1).flatMap((after) => (after.target === before.target ? [{ before, after }] : [])),
);

test.each(pairs)('$before.key stands before $after.key, in any order', ({ before, after }) => {
  const alone = targetsOf(rowOf({ attributes: { [before.key]: 'wins' } }));
  expect(targetsOf(rowOf({ attributes: { [before.key]: 'wins', [after.key]: 'loses' } }))).toEqual(alone);
  expect(targetsOf(rowOf({ attributes: { [after.key]: 'loses', [before.key]: 'wins' } }))).toEqual(alone);
});

describe('who speaks for a span', () => {
  test("a span's attribute stands before a resource's, even one of lower rank", () => {
    const resource = { 'gen_ai.provider.name': 'of the resource', 'service.name': 'shop' };
    const row = rowOf({ attributes: { 'gen_ai.system': 'of the span' } }, resource);
    expect(targetsOf(row)).toEqual({ provider: 'of the span', service_name: 'shop' });
  });

  test('an empty value says nothing; an empty text is said', () => {
    for (const encoding of ['protobuf', 'json'] as const) {
      one.clear();
      const attributes = { 'gen_ai.provider.name': null, 'gen_ai.system': 'openai', 'spanledger.node.id': '' };
      one.send(traceBody([{ attributes }], { resource: { 'spanledger.node.id': 'of the resource' } }), encoding);
      expect(targetsOf(one.read()[0])).toEqual({ provider: 'openai' });
    }
  });

  test.each(['protobuf', 'json'] as const)(
    'attributes of events, links and scopes never fill targets (%s)',
    (encoding) => {
      one.clear();
      const attributes = [
        { key: 'spanledger.run.id', value: { value: { case: 'stringValue' as const, value: 'no' } } },
      ];
      const span = { events: [{ attributes }], links: [{ attributes }], attributes: { 'spanledger.node.id': 'node' } };
      one.send(traceBody([span], { resource: {}, scopeAttributes: { 'spanledger.step.id': 'no' } }), encoding);
      expect(targetsOf(one.read()[0])).toEqual({ node_id: 'node' });
    },
  );

  test('one resource says nothing of the spans of the next', () => {
    one.clear();
    const first = traceBody([{}], { resource: { 'service.name': 'first', 'user.id': 'u' } });
    first.resourceSpans.push(...traceBody([{}], { resource: {} }).resourceSpans);
    one.send(first);
    expect(one.read().map(targetsOf)).toEqual([
      { service_name: 'first', user: expect.stringMatching(/^[0-9a-f]{64}$/) },
      {},
    ]);
  });
});

describe('the three generations of the OpenTelemetry conventions', () => {
  const usage = { input_tokens: '12', output_tokens: '3' };

  test('structured messages, provider name (semantic-conventions-genai)', () => {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.response.model': 'gpt-5-2026-01-01',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 5,
    };
    const models = { request_model: 'gpt-5', response_model: 'gpt-5-2026-01-01' };
    const targets = { operation: 'chat', provider: 'openai', ...models, ...usage, cache_read_tokens: '5' };
    expect(targetsOf(rowOf({ attributes }))).toEqual(targets);
  });

  test('gen_ai.system with message events (1.28 to 1.36)', () => {
    const attributes = {
      'gen_ai.system': 'anthropic',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 3,
    };
    const content = [{ key: 'gen_ai.event.content', value: { value: { case: 'stringValue' as const, value: 'Hi' } } }];
    const row = rowOf({ attributes, events: [{ name: 'gen_ai.user.message', attributes: content }] });
    expect(targetsOf(row)).toEqual({ provider: 'anthropic', ...usage });
    expect(textsOf(row, 'events.attribute_kinds')).toEqual(['S']);
    expect(one.content().map(({ text }) => text)).toEqual(['Hi']);
  });

  test('prompt and completion tokens, indexed prompts (1.27 and before)', () => {
    const attributes = {
      'gen_ai.usage.prompt_tokens': 12,
      'gen_ai.usage.completion_tokens': 3,
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': 'personal',
      'gen_ai.completion.12.content': 'personal too',
    };
    const row = rowOf({ attributes });
    const [, , , input, output] = pairsOf(row, 'attributes').map(([, text]) => text);
    expect(targetsOf(row)).toEqual({ ...usage, input, output });
    expect(textOf(row, 'attribute_kinds')).toBe('iiSSS');
  });
});

describe('messages written out one attribute a field', () => {
  const messages = DIALECTS.flatMap((dialect) => dialect.messages ?? []).filter((rule) => rule.target !== undefined);

  test.each(messages)('of $prefix<number>$suffix the last fills $target (protobuf, JSON and replay)', (rule) => {
    const { prefix, suffix, target = '' } = rule;
    const keys = [0, 1, 10].map((number) => `${prefix}${number}${suffix}`);
    for (const encoding of ['protobuf', 'json'] as const) {
      one.clear();
      one.send(traceBody([{ attributes: keys.map((key) => [key, key] as const) }], { resource: {} }), encoding);
      const [row] = one.read();
      expect(targetsOf(row)).toEqual({ [target]: pairsOf(row, 'attributes').at(-1)?.[1] });
      expect(textOf(row, 'attribute_kinds')).toBe('SSS');
    }
  });

  test('a whole value that stands before them in its dialect counts instead', () => {
    const attributes = { 'input.value': 'whole', 'llm.input_messages.0.message.content': 'part' };
    const row = rowOf({ attributes });
    expect(targetsOf(row)).toEqual({ input: pairsOf(row, 'attributes')[0]?.[1] });
  });
});

describe('personal content', () => {
  test.each(rules.filter((rule) => rule.content))('$key is kept by digest', ({ key }) => {
    const row = rowOf({ attributes: { [key]: 'personal', plain: 'personal' } });
    expect(textOf(row, 'attribute_kinds')).toBe('Ss');
    const [[, digest] = []] = pairsOf(row, 'attributes');
    expect(one.content()).toEqual([{ digest, kind: 's', text: 'personal' }]);
    expect(row?.canonical.toString('latin1').match(/personal/g)).toHaveLength(1);
  });

  test.each(['protobuf', 'json'] as const)(
    'text of a message is content in a span event, not in a span (%s)',
    (encoding) => {
      one.clear();
      const value = { value: { case: 'stringValue' as const, value: 'personal' } };
      const attributes = ['content', 'message', 'tool.result', 'role'].map((key) => ({ key, value }));
      one.send(traceBody([{ events: [{ attributes }], attributes: { content: 'x', message: 'x' } }]), encoding);
      const [row] = one.read();
      expect(textOf(row, 'attribute_kinds')).toBe('ss');
      expect(textsOf(row, 'events.attribute_kinds')).toEqual(['SSSs']);
      expect(one.content().map(({ text }) => text)).toEqual(['personal', 'personal', 'personal']);
    },
  );

  test.each([
    ['gen_ai.prompt.name', 's'],
    ['gen_ai.prompt.version', 's'],
    ['gen_ai.prompt.0', 'S'],
    ['gen_ai.prompt.10.content', 'S'],
    ['gen_ai.prompt.variable.name', 'S'],
    ['gen_ai.prompt.', 's'],
    ['gen_ai.promp', 's'],
    ['gen_ai.completion.0.finish_reason', 's'],
    ['gen_ai.completion.1.finish_reason', 'S'],
    ['llm.input_messages.3.message.content', 'S'],
    ['llm.input_messages.3.message.role', 'S'],
    ['llm.input_messages.', 's'],
    ['evaluations.2.evaluation.explanation', 'S'],
    ['evaluations.2.evaluation.name', 's'],
    ['evaluations.x.evaluation.explanation', 's'],
    ['ai.request.headers.authorization', 'S'],
    ['gen_ai.completion.name', 's'],
  ])('%s has the kind %s', (key, kind) => {
    expect(textOf(rowOf({ attributes: { [key]: 'x' } }), 'attribute_kinds')).toBe(kind);
  });

  test.each(['protobuf', 'json'] as const)(
    'the kind in capitals tells what the content was; none is no content (%s)',
    (encoding) => {
      one.clear();
      const values = ['a', true, 1, 1.5, ['a'], { a: 1 }, new Uint8Array([1]), null, [Number.NaN]];
      const attributes = Object.fromEntries(values.map((value, i) => [`gen_ai.prompt.${i}`, value]));
      one.send(traceBody([{ attributes }]), encoding);
      expect(textOf(one.read()[0], 'attribute_kinds')).toBe('SBIDAKYeO');
      expect(
        one
          .content()
          .map(({ kind }) => kind)
          .join(''),
      ).toBe('sbidakyo');
    },
  );

  test.each(['protobuf', 'json'] as const)(
    'the body of a log record is personal, unless there is none (%s)',
    (encoding) => {
      one.clear();
      one.send(logBody([{ body: 'personal' }, { body: null }, { body: { a: 1 } }]), encoding);
      expect(one.read().map((row) => [textOf(row, 'body_kind'), textOf(row, 'body').length])).toEqual([
        ['S', 64],
        ['e', 0],
        ['K', 64],
      ]);
    },
  );

  test('content of a resource goes out once, with its first accepted record', () => {
    one.clear();
    const request = traceBody([{ traceId: '00' }, { attributes: { 'user.id': 'u' } }, {}], {
      resource: { 'user.email': 'e' },
      scopeAttributes: { 'user.name': 'n' },
    });
    expect(one.send(request)).toMatchObject({ accepted: 2, rejected: 1 });
    expect(one.content().map(({ text }) => text)).toEqual(['e', 'n', 'u']);
  });
});
