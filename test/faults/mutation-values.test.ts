import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, startCollector } from '../collector-fixture.ts';
import { logBody, logRecord, randomId, span, toBinary, traceBody } from '../otlp/bodies.ts';
import { randomOf } from '../property/otlp-wire.ts';
import { metric } from './ledger-dump.ts';
import { governed, operation } from './ledger-scenes.ts';
import { hostileSpan, hostileValue, NO_UTF8, PRICED_CALL } from './mutation-values.ts';

// The engine refuses an insert as a whole. A value that its SQL can't take would keep every record of its group out for ever.

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

/** The body with the bytes of `NO_UTF8` where its text stood. */
function spoiled(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(body);
  for (let at = bytes.indexOf(NO_UTF8.text); at >= 0; at = bytes.indexOf(NO_UTF8.text)) NO_UTF8.bytes.copy(bytes, at);
  return bytes;
}

async function post(signal: 'traces' | 'logs', body: Uint8Array<ArrayBuffer>): Promise<void> {
  const answer = await collector.post(signal, body);
  expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, '']);
}

const MOST = '18446744073709551615';

test('counts that no price can be made of are no counts', async () => {
  const details = [
    `{"input":${MOST},"input_cached_tokens":${MOST},"output":${MOST},"output_reasoning_tokens":${MOST}}`,
    `{"input":9223372036854775807,"output":9223372036854775807}`,
    `{"prompt_tokens":${MOST},"completion_tokens":${MOST}}`,
    `{${Array.from({ length: 200 }, (_, i) => `"input_${i}":1000000000000`).join()}}`,
  ].map((text) => span({ attributes: [...PRICED_CALL, ['langfuse.observation.usage_details', text]] }));
  const metadata = [
    `{"openai":{"cachedPromptTokens":${MOST},"reasoningTokens":${MOST}}}`,
    `{"anthropic":{"cacheReadInputTokens":${MOST},"cacheCreationInputTokens":${MOST}}}`,
    `{"bedrock":{"usage":{"cacheReadInputTokens":${MOST},"cacheWriteInputTokens":${MOST}}}}`,
  ].map((text) => span({ attributes: [...PRICED_CALL, ['ai.response.providerMetadata', text]] }));
  const traceId = randomId();
  const sound = span({
    traceId,
    attributes: [...PRICED_CALL, ['gen_ai.usage.input_tokens', 1_000_000], ['gen_ai.usage.output_tokens', 0]],
  });
  await post('traces', toBinary(traceBody([...details, ...metadata, sound])));
  await collector.settled();
  const counts = await collector.query<{ most: string; calls: string }>(
    `SELECT count() AS calls, max(greatest(ifNull(input_tokens, 0), ifNull(output_tokens, 0), ifNull(cache_read_tokens, 0),
       ifNull(cache_write_tokens, 0), ifNull(reasoning_tokens, 0))) AS most FROM spans WHERE operation = 'chat'`,
  );
  expect(counts).toEqual([{ calls: '8', most: '1000000' }]);
  const priced = await collector.query<object>(
    `SELECT cost_source, cost_usd > 0 AS costs FROM spans WHERE trace_id = '${traceId}'`,
  );
  expect(priced).toEqual([{ cost_source: 'collector', costs: 1 }]);
});

test('sums of the greatest costs and counts below one step are settled', async () => {
  const trace = randomId();
  const calls = Array.from({ length: 12 }, (_, index) =>
    operation('chat', {
      trace,
      id: index + 2,
      parent: 1,
      attributes: {
        'spanledger.cost.usd': index % 2 === 0 ? '1e9' : '999999999.999999999',
        'gen_ai.usage.input_tokens': 10n ** 12n,
        'gen_ai.usage.output_tokens': 10n ** 12n,
      },
    }),
  );
  await post('traces', toBinary(traceBody([governed({ run: 'rich', step: 's' }, { trace, id: 1 }), ...calls])));
  await collector.settled();
  const rows = await collector.query<object>(
    `SELECT call_count, toString(input_tokens) AS input, toString(cost_usd) AS cost FROM steps WHERE run_id = 'rich'`,
  );
  expect(rows).toEqual([{ call_count: 12, input: '12000000000000', cost: '999999999.999999999' }]);
});

test.each([1, Math.floor(Math.random() * 2 ** 31)])(
  'the engine takes hostile values in all meanings (seed %i)',
  async (seed) => {
    const random = randomOf(seed);
    const traces = Array.from({ length: 30 }, () =>
      spoiled(toBinary(traceBody(Array.from({ length: 8 }, () => span(hostileSpan(random)))))),
    );
    const logs = Array.from({ length: 10 }, () => {
      const { attributes = [] } = hostileSpan(random);
      return spoiled(toBinary(logBody([logRecord({ attributes, body: hostileValue(random) })])));
    });
    await Promise.all([...traces.map((body) => post('traces', body)), ...logs.map((body) => post('logs', body))]);
    await collector.settled();
    expect(await metric(collector, 'records_lost_total')).toBe(0);
    expect(await metric(collector, 'inserts_failed_total')).toBe(0);
  },
);
