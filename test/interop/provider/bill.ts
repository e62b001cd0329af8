/** One answered request, as the provider would write it on its bill. */
export interface BilledRequest {
  readonly api: 'chat' | 'responses' | 'embeddings' | 'messages' | 'generateContent';
  readonly provider: 'openai' | 'anthropic' | 'gcp.gemini';
  /** Model that answered. */
  readonly model: string;
  readonly stream: boolean;
  /** False where the answer did not tell the client its usage: a chat stream that did not ask for it. */
  readonly usage_sent: boolean;
  readonly tokens: Tokens;
}

/** Tokens of one request. `input` holds `cache_read` and `cache_write`, `output` holds `reasoning`. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly reasoning: number;
}

/** A first turn, which ends in the wish to call a tool. */
export const TOOL_TURN: Tokens = { input: 120, output: 30, cache_read: 40, cache_write: 0, reasoning: 12 };
/** A turn that ends in a text. */
export const TEXT_TURN: Tokens = { input: 168, output: 24, cache_read: 96, cache_write: 0, reasoning: 8 };
/** The same two turns at Anthropic, which bills what it writes to the cache and does not count reasoning apart. */
export const ANTHROPIC_TOOL_TURN: Tokens = { input: 131, output: 33, cache_read: 48, cache_write: 64, reasoning: 0 };
/** See {@link ANTHROPIC_TOOL_TURN}. */
export const ANTHROPIC_TEXT_TURN: Tokens = { input: 177, output: 27, cache_read: 112, cache_write: 16, reasoning: 0 };
/** One call of the embeddings API. */
export const EMBEDDING: Tokens = { input: 9, output: 0, cache_read: 0, cache_write: 0, reasoning: 0 };
