import { ANTHROPIC_TEXT_TURN, ANTHROPIC_TOOL_TURN, type Tokens } from './bill.ts';
import type { NextId, Reply } from './reply.ts';
import { answer, requiredOf, type ToolSchema, words } from './script.ts';

/** A request to the messages API, as far as the provider reads it. */
export interface MessagesRequest {
  readonly model: string;
  readonly messages: readonly {
    readonly content: string | readonly { readonly type: string; readonly name?: string }[];
  }[];
  readonly tools?: readonly {
    readonly name: string;
    readonly input_schema?: ToolSchema;
  }[];
  readonly stream?: boolean;
}

/** `POST /v1/messages`. Its `input_tokens` are those that no cache had a part in, as at Anthropic. */
export function messages(request: MessagesRequest, nextId: NextId): Reply {
  const tools = (request.tools ?? []).map((tool) => ({ name: tool.name, parameters: requiredOf(tool.input_schema) }));
  const blocks = request.messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const called = blocks.flatMap(({ type, name }) => (type === 'tool_use' && name !== undefined ? [name] : []));
  const said = answer(tools, new Set(called));
  const tokens = 'tool' in said ? ANTHROPIC_TOOL_TURN : ANTHROPIC_TEXT_TURN;
  const model = `${request.model}-20250929`;
  const stream = request.stream === true;
  const bill = { api: 'messages', provider: 'anthropic', model, stream, usage_sent: true, tokens } as const;
  const stop = { stop_reason: 'tool' in said ? 'tool_use' : 'end_turn', stop_sequence: null };
  const base = { id: nextId('msg'), type: 'message', role: 'assistant', model };
  const call = 'tool' in said ? { type: 'tool_use', id: nextId('toolu'), name: said.tool } : undefined;
  const block = 'tool' in said ? { ...call, input: said.arguments } : { type: 'text', text: said.text };
  if (!stream) return { bill, body: { ...base, content: [block], ...stop, usage: usageOf(tokens) } };

  const usage = { ...usageOf(tokens), output_tokens: 1 };
  const deltas =
    'tool' in said
      ? [{ type: 'input_json_delta', partial_json: JSON.stringify(said.arguments) }]
      : words(said.text).map((text) => ({ type: 'text_delta', text }));
  const empty = call === undefined ? { type: 'text', text: '' } : { ...call, input: {} };
  const message = { ...base, content: [], stop_reason: null, stop_sequence: null, usage };
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: empty },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: stop, usage: { output_tokens: tokens.output } },
    { type: 'message_stop' },
  ];
  return { bill, events: events.map((data) => ({ event: data.type, data })) };
}

function usageOf(tokens: Tokens): object {
  return {
    input_tokens: tokens.input - tokens.cache_read - tokens.cache_write,
    output_tokens: tokens.output,
    cache_read_input_tokens: tokens.cache_read,
    cache_creation_input_tokens: tokens.cache_write,
    cache_creation: { ephemeral_5m_input_tokens: tokens.cache_write, ephemeral_1h_input_tokens: 0 },
    service_tier: 'standard',
  };
}
