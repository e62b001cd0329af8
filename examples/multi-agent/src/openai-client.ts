import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import type { OpenAI } from 'openai';

/**
 * Makes an OpenAI client that the instrumentation sees. The instrumentation patches what is loaded by `require`, and
 * passes over `import` without a word; so the client is required, and only after telemetry has started.
 *
 * The client itself never retries: a retry is a new attempt of the governed step, and is recorded as one.
 */
export function createOpenAi(baseUrl: string): OpenAI {
  const { OpenAI } = createRequire(import.meta.url)('openai') as typeof import('openai');
  return new OpenAI({ baseURL: baseUrl, apiKey: 'local', maxRetries: 0, fetch: fetchWithUsageDetails });
}

/**
 * The instrumentation (0.22) records input and output tokens, but not how many were cached or spent on reasoning. During
 * the request its span is the active one: this reads both figures as the body passes and adds them.
 */
async function fetchWithUsageDetails(...request: Parameters<typeof fetch>): Promise<Response> {
  const span = trace.getActiveSpan();
  const response = await fetch(...request);
  if (response.body === null || span === undefined) return response;
  let text = '';
  const decoder = new TextDecoder();
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      text += decoder.decode(bytes, { stream: true });
      const cached = /"cached_tokens":\s*(\d+)/.exec(text)?.[1];
      const reasoning = /"reasoning_tokens":\s*(\d+)/.exec(text)?.[1];
      if (cached !== undefined) span.setAttribute('gen_ai.usage.cache_read.input_tokens', Number(cached));
      if (reasoning !== undefined) span.setAttribute('gen_ai.usage.reasoning.output_tokens', Number(reasoning));
      controller.enqueue(bytes);
    },
  });
  return new Response(response.body.pipeThrough(watch), response);
}
