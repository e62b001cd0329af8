import { TEXT_TURN, TOOL_TURN, type Tokens } from './bill.ts';
import { CREATED, type NextId, type Reply } from './reply.ts';
import { answer, requiredOf, type ToolSchema, words } from './script.ts';

/** A request to the responses API, as far as the provider reads it. */
export interface ResponsesRequest {
  readonly model: string;
  readonly input: string | readonly { readonly type?: string; readonly name?: string }[];
  readonly instructions?: string | null;
  readonly tools?: readonly {
    readonly name: string;
    readonly parameters?: ToolSchema;
  }[];
  readonly stream?: boolean;
}

/** `POST /v1/responses`. */
export function response(request: ResponsesRequest, nextId: NextId): Reply {
  const tools = (request.tools ?? []).map((tool) => ({ name: tool.name, parameters: requiredOf(tool.parameters) }));
  const items = typeof request.input === 'string' ? [] : request.input;
  const called = items.flatMap(({ type, name }) => (type === 'function_call' && name !== undefined ? [name] : []));
  const said = answer(tools, new Set(called));
  const tokens = 'tool' in said ? TOOL_TURN : TEXT_TURN;
  const model = `${request.model}-2025-08-07`;
  const stream = request.stream === true;
  const bill = { api: 'responses', provider: 'openai', model, stream, usage_sent: true, tokens } as const;
  const body = {
    id: nextId('resp'),
    object: 'response',
    created_at: CREATED,
    model,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: null,
    metadata: {},
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: request.tools ?? [],
    top_p: 1,
    truncation: 'disabled',
  };
  const item =
    'tool' in said
      ? functionCall(nextId('fc'), nextId('call'), said.tool, JSON.stringify(said.arguments))
      : message(nextId('msg'), said.text);
  const done = { ...body, status: 'completed', output: [item], usage: usageOf(tokens) };
  if (!stream) return { bill, body: done };

  const open = { ...body, status: 'in_progress', output: [], usage: null };
  const events = [
    { type: 'response.created', response: open },
    { type: 'response.in_progress', response: open },
    ...('tool' in said ? callEvents(item) : textEvents(item, said.text)),
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: done },
  ];
  return {
    bill,
    events: events.map((data, sequence_number) => ({ event: data.type, data: { ...data, sequence_number } })),
  };
}

interface Item {
  readonly id: string;
  readonly [field: string]: unknown;
}
type Event = { readonly type: string } & Record<string, unknown>;

function functionCall(id: string, call_id: string, name: string, args: string): Item {
  return { id, type: 'function_call', status: 'completed', call_id, name, arguments: args };
}

function message(id: string, text: string): Item {
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }];
  return { id, type: 'message', role: 'assistant', status: 'completed', content };
}

function callEvents(item: Item): Event[] {
  const place = { item_id: item.id, output_index: 0 };
  const open = { ...item, status: 'in_progress', arguments: '' };
  return [
    { type: 'response.output_item.added', output_index: 0, item: open },
    { type: 'response.function_call_arguments.delta', ...place, delta: item['arguments'] },
    { type: 'response.function_call_arguments.done', ...place, name: item['name'], arguments: item['arguments'] },
  ];
}

function textEvents(item: Item, text: string): Event[] {
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  const part = (said: string): object => ({ type: 'output_text', text: said, annotations: [], logprobs: [] });
  const open = { ...item, status: 'in_progress', content: [] };
  return [
    { type: 'response.output_item.added', output_index: 0, item: open },
    { type: 'response.content_part.added', ...place, part: part('') },
    ...words(text).map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: part(text) },
  ];
}

function usageOf(tokens: Tokens): object {
  return {
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
    input_tokens_details: { cached_tokens: tokens.cache_read },
    output_tokens_details: { reasoning_tokens: tokens.reasoning },
  };
}
