import { randomUUID } from 'node:crypto';
import type { Answer, ChatMessage } from './local-llm-answers.ts';
import { answerFor, roleOf } from './local-llm-answers.ts';
import type { TokenUsage } from './local-llm-usage.ts';
import { chatUsage, countTokens, responsesUsage } from './local-llm-usage.ts';

/** What an endpoint says: the usage to bill, and either one JSON body or the chunks of a stream. */
export interface Reply {
  readonly usage: TokenUsage;
  readonly body?: object;
  readonly chunks?: readonly object[];
}

/** A request to the chat completions API, as far as the local LLM reads it. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const answerText = (answer: Answer): string => (answer.kind === 'text' ? answer.text : answer.arguments);

function chatMessage(answer: Answer): { content: string | null; tool_calls?: object[] } {
  if (answer.kind === 'text') return { content: answer.text };
  const call = { name: answer.tool, arguments: answer.arguments };
  // The same id in every run, so that equal runs have equal content.
  return { content: null, tool_calls: [{ index: 0, id: `call_${answer.tool}`, type: 'function', function: call }] };
}

/** `POST /v1/chat/completions`: one JSON body, or a stream of a chunk a word with the usage in the last chunk. */
export function chatCompletion(request: ChatRequest): Reply {
  const text = (role: string): string[] => request.messages.filter((m) => m.role === role).map((m) => m.content ?? '');
  const system = text('system').join('\n');
  const prompt = [...text('user'), ...text('tool')].join('\n');
  const tool = request.tools?.[0]?.function.name;
  const answer = answerFor(roleOf(system), prompt, tool, text('tool').length > 0);
  const usage = countTokens(system, prompt, answerText(answer));
  const base = { id: `chatcmpl-${randomUUID()}`, created: seconds(), model: `${request.model}-local` };
  const finish_reason = answer.kind === 'text' ? 'stop' : 'tool_calls';

  if (request.stream !== true) {
    const message = { role: 'assistant', ...chatMessage(answer) };
    const choices = [{ index: 0, message, logprobs: null, finish_reason }];
    return { usage, body: { ...base, object: 'chat.completion', choices, usage: chatUsage(usage) } };
  }
  const chunk = (delta: object, reason: string | null): object => ({
    ...base,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const words = answer.kind === 'text' ? (answer.text.match(/\S+\s*/g) ?? []) : [];
  const deltas = answer.kind === 'text' ? words.map((content) => ({ content })) : [chatMessage(answer)];
  const chunks = [chunk({ role: 'assistant' }, null), ...deltas.map((delta) => chunk(delta, null))];
  chunks.push(chunk({}, finish_reason));
  if (request.stream_options?.include_usage === true) {
    chunks.push({ ...base, object: 'chat.completion.chunk', choices: [], usage: chatUsage(usage) });
  }
  return { usage, chunks };
}

/** `POST /v1/responses`, for a text input and without tools or a stream. */
export function response(request: { model: string; input: string; instructions?: string }): Reply {
  const system = request.instructions ?? '';
  const text = answerText(answerFor(roleOf(system), request.input, undefined, false));
  const usage = countTokens(system, request.input, text);
  const content = [{ type: 'output_text', text, annotations: [] }];
  const output = [{ id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', status: 'completed', content }];
  const body = {
    id: `resp_${randomUUID()}`,
    object: 'response',
    created_at: seconds(),
    model: `${request.model}-local`,
    status: 'completed',
    output,
    usage: responsesUsage(usage),
  };
  return { usage, body };
}

/** `POST /v1/embeddings`: a vector of eight numbers in [0, 1), made from the text's characters. */
export function embeddings(request: { model: string; input: string | readonly string[] }): Reply {
  const inputs = typeof request.input === 'string' ? [request.input] : request.input;
  const usage = countTokens('', inputs.join('\n'), '');
  const data = inputs.map((text, index) => ({ object: 'embedding', index, embedding: vector(text) }));
  const counts = { prompt_tokens: usage.input, total_tokens: usage.input };
  return { usage, body: { object: 'list', model: `${request.model}-local`, data, usage: counts } };
}

function vector(text: string): number[] {
  const sums = new Array<number>(8).fill(0);
  for (let at = 0; at < text.length; at++) sums[at % 8] = ((sums[at % 8] ?? 0) * 31 + text.charCodeAt(at)) % 1000;
  return sums.map((sum) => sum / 1000);
}
