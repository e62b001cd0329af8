/** What the provider's models say: the same in every recording. */

/** A tool that a request offers, with the names of its parameters. */
export interface OfferedTool {
  readonly name: string;
  readonly parameters: readonly string[];
}

/** What a model answers. */
export type Answer = { readonly text: string } | { readonly tool: string; readonly arguments: Record<string, string> };

const TEXT = 'It is 4 degrees and raining in Oslo.';

/** Answers a conversation: each offered tool is called once, one a turn, in their order; after that comes the text. */
export function answer(tools: readonly OfferedTool[], called: ReadonlySet<string>): Answer {
  const tool = tools.find(({ name }) => !called.has(name));
  if (tool === undefined) return { text: TEXT };
  return { tool: tool.name, arguments: Object.fromEntries(tool.parameters.map((name) => [name, 'Oslo'])) };
}

/** The text in pieces of a word each, for a stream. */
export function words(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}

/** A tool's JSON schema, as far as the provider reads it. */
export interface ToolSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** Names of the parameters that a tool requires; of all that it has where its schema does not say. */
export function requiredOf(schema: ToolSchema = {}): readonly string[] {
  return schema.required ?? Object.keys(schema.properties ?? {});
}
