import type { OpenAI } from 'openai';

/** A question to a model: who it is, what it is asked. */
export interface Question {
  /** System prompt. */
  readonly system: string;
  /** User prompt. */
  readonly prompt: string;
  /** Extra headers of the request. */
  readonly headers?: Record<string, string>;
}

/** A function that the model may call. Its argument is the JSON that the model wrote. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  call(argumentsJson: string, callId: string): Promise<string>;
}

type Message = OpenAI.Chat.ChatCompletionMessageParam;

const MODEL = 'gpt-4o-mini';
const EMBEDDING_MODEL = 'text-embedding-3-small';

const messagesOf = (question: Question): Message[] => [
  { role: 'system', content: question.system },
  { role: 'user', content: question.prompt },
];

/** Asks by chat completions. */
export async function ask(client: OpenAI, question: Question): Promise<string> {
  const headers = { headers: question.headers ?? {} };
  const completion = await client.chat.completions.create({ model: MODEL, messages: messagesOf(question) }, headers);
  return completion.choices[0]?.message.content ?? '';
}

/** Asks, calls the tool as the model wishes, and asks again with the result. */
export async function askWithTool(client: OpenAI, question: Question, tool: Tool): Promise<string> {
  const { name, description } = tool;
  const tools: OpenAI.Chat.ChatCompletionTool[] = [{ type: 'function', function: { name, description } }];
  const messages = messagesOf(question);
  for (;;) {
    const completion = await client.chat.completions.create({ model: MODEL, messages, tools });
    const message = completion.choices[0]?.message;
    const calls = (message?.tool_calls ?? []).filter((call) => call.type === 'function');
    if (message === undefined || calls.length === 0) return message?.content ?? '';
    messages.push(message);
    for (const call of calls) {
      const content = await tool.call(call.function.arguments, call.id);
      messages.push({ role: 'tool', tool_call_id: call.id, content });
    }
  }
}

/** Asks by a streamed chat completion and joins the pieces. */
export async function askStreamed(client: OpenAI, question: Question): Promise<string> {
  const stream = await client.chat.completions.create({
    model: MODEL,
    messages: messagesOf(question),
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
  }
  return text;
}

/** Asks by the responses API. */
export async function respond(client: OpenAI, question: Question): Promise<string> {
  const { system: instructions, prompt: input } = question;
  const response = await client.responses.create({ model: MODEL, instructions, input });
  return response.output_text;
}

/** Gives the vector of a text. */
export async function embed(client: OpenAI, text: string): Promise<readonly number[]> {
  const result = await client.embeddings.create({ model: EMBEDDING_MODEL, input: text, encoding_format: 'float' });
  return result.data[0]?.embedding ?? [];
}
