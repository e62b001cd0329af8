import { EMBEDDING } from './bill.ts';
import type { Reply } from './reply.ts';

/** A request to the embeddings API, as far as the provider reads it. */
export interface EmbeddingsRequest {
  readonly model: string;
  readonly input: string | readonly unknown[];
  readonly encoding_format?: string;
}

/** `POST /v1/embeddings`: a fixed vector for each input. */
export function embeddings(request: EmbeddingsRequest): Reply {
  const vector = [0.25, 0.5, -0.5];
  const embedding =
    request.encoding_format === 'base64' ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector;
  const inputs = Array.isArray(request.input) ? request.input : [request.input];
  const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding }));
  const usage = { prompt_tokens: EMBEDDING.input, total_tokens: EMBEDDING.input };
  return {
    bill: {
      api: 'embeddings',
      provider: 'openai',
      model: request.model,
      stream: false,
      usage_sent: true,
      tokens: EMBEDDING,
    },
    body: { object: 'list', model: request.model, data, usage },
  };
}
