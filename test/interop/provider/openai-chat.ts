import { TEXT_TURN, TOOL_TURN, type Tokens } from './bill.ts';
import { CREATED, type NextId, type Reply, type StreamEvent } from './reply.ts';
import { type Answer, answer, requiredOf, type ToolSchema, words } from './script.ts';

/** A request to the chat completions API, as far as the provider reads it. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly tool_calls?: readonly { readonly function: { readonly name: string } }[] }[];
  readonly tools?: readonly {
    readonly function: { readonly name: string; readonly parameters?: ToolSchema };
  }[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

/** `POST /v1/chat/completions`. A stream says its usage only where the request asks for it. */
export function chatCompletion(request: ChatRequest, nextId: NextId): Reply {
  const tools = (request.tools ?? []).map((tool) => ({
    name: tool.function.name,
    parameters: requiredOf(tool.function.parameters),
  }));
  const called = request.messages.flatMap((message) => (message.tool_calls ?? []).map((call) => call.function.name));
  const said = answer(tools, new Set(called));
  const tokens = 'tool' in said ? TOOL_TURN : TEXT_TURN;
  const stream = request.stream === true;
  const usage_sent = !stream || request.stream_options?.include_usage === true;
  const model = `${request.model}-2025-08-07`;
  const base = { id: nextId('chatcmpl'), created: CREATED, model, system_fingerprint: 'fp_1', service_tier: 'default' };
  const finish_reason = 'tool' in said ? 'tool_calls' : 'stop';
  const bill = { api: 'chat', provider: 'openai', model, stream, usage_sent, tokens } as const;

  if (!stream) {
    const message = { role: 'assistant', refusal: null, ...messageOf(said, nextId) };
    const choices = [{ index: 0, message, logprobs: null, finish_reason }];
    return { bill, body: { ...base, object: 'chat.completion', choices, usage: usageOf(tokens) } };
  }
  const deltas = 'tool' in said ? [messageOf(said, nextId)] : words(said.text).map((content) => ({ content }));
  const choices = [
    { delta: { role: 'assistant', content: '' }, finish_reason: null },
    ...deltas.map((delta) => ({ delta, finish_reason: null })),
    { delta: {}, finish_reason },
  ].map((choice) => [{ index: 0, ...choice }]);
  const chunk = (fields: object): StreamEvent => ({ data: { ...base, object: 'chat.completion.chunk', ...fields } });
  const last = usage_sent ? [chunk({ choices: [], usage: usageOf(tokens) })] : [];
  return { bill, events: [...choices.map((list) => chunk({ choices: list })), ...last, { data: '[DONE]' }] };
}

function messageOf(said: Answer, nextId: NextId): object {
  if (!('tool' in said)) return { content: said.text };
  const call = { name: said.tool, arguments: JSON.stringify(said.arguments) };
  return { content: null, tool_calls: [{ index: 0, id: nextId('call'), type: 'function', function: call }] };
}

function usageOf(tokens: Tokens): object {
  return {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
    prompt_tokens_details: { cached_tokens: tokens.cache_read, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: tokens.reasoning, audio_tokens: 0 },
  };
}
