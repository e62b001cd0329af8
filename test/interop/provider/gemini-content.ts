import { TEXT_TURN, TOOL_TURN, type Tokens } from './bill.ts';
import type { NextId, Reply } from './reply.ts';
import { answer, requiredOf, type ToolSchema, words } from './script.ts';

/** A request to Gemini's `generateContent`, as far as the provider reads it. */
export interface GenerateContentRequest {
  readonly contents: readonly { readonly parts?: readonly { readonly functionCall?: { readonly name: string } }[] }[];
  readonly tools?: readonly {
    readonly functionDeclarations?: readonly {
      readonly name: string;
      readonly parameters?: ToolSchema;
      readonly parametersJsonSchema?: ToolSchema;
      readonly parameters_json_schema?: ToolSchema;
    }[];
  }[];
}

/** `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`. */
export function generateContent(path: string, request: GenerateContentRequest, nextId: NextId): Reply {
  const [, model = '', method] = /\/models\/([^:]+):(\w+)$/.exec(path) ?? [];
  const tools = (request.tools ?? []).flatMap(({ functionDeclarations = [] }) =>
    functionDeclarations.map((tool) => ({
      name: tool.name,
      parameters: requiredOf(tool.parameters ?? tool.parametersJsonSchema ?? tool.parameters_json_schema),
    })),
  );
  const calls = request.contents.flatMap(({ parts = [] }) =>
    parts.flatMap(({ functionCall }) => functionCall?.name ?? []),
  );
  const said = answer(tools, new Set(calls));
  const tokens = 'tool' in said ? TOOL_TURN : TEXT_TURN;
  const stream = method === 'streamGenerateContent';
  const base = { modelVersion: model, responseId: nextId('gemini') };
  const chunk = (part: object, finish: object): object => {
    return { ...base, candidates: [{ content: { role: 'model', parts: [part] }, index: 0, ...finish }] };
  };
  const parts =
    'tool' in said
      ? [{ functionCall: { id: nextId('call'), name: said.tool, args: said.arguments } }]
      : (stream ? words(said.text) : [said.text]).map((text) => ({ text }));
  const chunks = parts.map((part, index) => {
    return index < parts.length - 1
      ? chunk(part, {})
      : { ...chunk(part, { finishReason: 'STOP' }), usageMetadata: usageOf(tokens) };
  });
  const bill = { api: 'generateContent', provider: 'gcp.gemini', model, stream, usage_sent: true, tokens } as const;
  return stream ? { bill, events: chunks.map((data) => ({ data })) } : { bill, body: chunks[0] ?? {} };
}

/** Unlike the others Gemini leaves what was spent on thoughts out of the tokens of the answer. */
function usageOf(tokens: Tokens): object {
  return {
    promptTokenCount: tokens.input,
    cachedContentTokenCount: tokens.cache_read,
    candidatesTokenCount: tokens.output - tokens.reasoning,
    thoughtsTokenCount: tokens.reasoning,
    totalTokenCount: tokens.input + tokens.output,
  };
}
