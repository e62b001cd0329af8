import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalLlm } from '../../examples/multi-agent/src/index.ts';
import { FAULT_HEADER, startLocalLlm } from '../../examples/multi-agent/src/index.ts';

let llm: LocalLlm;
beforeEach(async () => {
  llm = await startLocalLlm();
});
afterEach(() => llm.close());

const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${llm.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const chat = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'eight ch' }] });

test('a fault that is asked for once comes once for its marker, and is not billed', async () => {
  const statuses: number[] = [];
  for (const fault of ['429 once a', '429 once a', '429 once b', '500 always', '500 always']) {
    const response = await post('/chat/completions', chat, { [FAULT_HEADER]: fault });
    statuses.push(response.status);
    await response.arrayBuffer();
  }
  expect(statuses).toEqual([429, 200, 429, 500, 500]);
  // 'eight ch' is two tokens, 'You said: eight ch' five, a quarter of them reasoning.
  expect(llm.billed()).toEqual({ input: 2, output: 5, cached: 0, reasoning: 1 });
  expect(llm.requests().map((request) => request.status)).toEqual(statuses);
});

test('a stream carries the same text and usage as the answer in one piece', async () => {
  const whole = (await (await post('/chat/completions', chat)).json()) as {
    usage: unknown;
    choices: { message: { content: string } }[];
  };
  const streamed = await post(
    '/chat/completions',
    JSON.stringify({ ...JSON.parse(chat), stream: true, stream_options: { include_usage: true } }),
  );
  const lines = (await streamed.text()).split('\n\n').filter((line) => line !== '');
  expect(lines.at(-1)).toBe('data: [DONE]');
  const chunks = lines.slice(0, -1).map((line) => JSON.parse(line.slice('data: '.length)));
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
  expect(text).toBe(whole.choices[0]?.message.content);
  expect(chunks.at(-1).usage).toEqual(whole.usage);
});

test('an unknown path is 404, a body that is not JSON is 400', async () => {
  const unknown = await post('/images', '{}');
  const broken = await post('/chat/completions', '{');
  expect([unknown.status, broken.status]).toEqual([404, 400]);
  expect(llm.billed().input).toBe(0);
});
