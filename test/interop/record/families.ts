/** One app that is recorded. */
export interface Recording {
  /** Package that emits the spans, as the family pins it. With its version it names the folder of the bodies. */
  readonly emitter: string;
  /** File of the app in the family's folder. */
  readonly app: string;
}

/** A folder of `record` with pins of its own, and the apps in it. */
export interface Family {
  readonly name: string;
  readonly language: 'node' | 'python';
  readonly recordings: readonly Recording[];
}

const node = (name: string, ...recordings: Recording[]): Family => ({ name, language: 'node', recordings });
const python = (name: string, ...recordings: Recording[]): Family => ({ name, language: 'python', recordings });

/** All families, in the order in which they are recorded. */
export const FAMILIES: readonly Family[] = [
  node('otel-openai', { emitter: '@opentelemetry/instrumentation-openai', app: 'app.mjs' }),
  node('openinference-openai', { emitter: '@arizeai/openinference-instrumentation-openai', app: 'app.mjs' }),
  node('openinference-langchain', { emitter: '@arizeai/openinference-instrumentation-langchain', app: 'app.mjs' }),
  node('openinference-openai-agents', {
    emitter: '@arizeai/openinference-instrumentation-openai-agents',
    app: 'app.mjs',
  }),
  node('traceloop-openai', { emitter: '@traceloop/instrumentation-openai', app: 'app.mjs' }),
  node('traceloop-langchain', { emitter: '@traceloop/instrumentation-langchain', app: 'app.mjs' }),
  node('ai-sdk-6', { emitter: 'ai', app: 'app.mjs' }),
  node('ai-sdk-7', { emitter: '@ai-sdk/otel', app: 'app.mjs' }),
  node('mastra', { emitter: '@mastra/otel-exporter', app: 'app.mjs' }),
  node('langfuse', { emitter: '@langfuse/otel', app: 'app.mjs' }),
  node(
    'anthropic',
    { emitter: '@anthropic-ai/sdk', app: 'app.mjs' },
    { emitter: '@arizeai/openinference-instrumentation-anthropic', app: 'with-openinference.mjs' },
  ),
  python(
    'python',
    { emitter: 'opentelemetry-instrumentation-openai', app: 'traceloop_openai.py' },
    { emitter: 'opentelemetry-instrumentation-anthropic', app: 'traceloop_anthropic.py' },
    { emitter: 'opentelemetry-instrumentation-langchain', app: 'traceloop_langchain.py' },
    { emitter: 'openinference-instrumentation-openai', app: 'openinference_openai.py' },
    { emitter: 'openinference-instrumentation-anthropic', app: 'openinference_anthropic.py' },
    { emitter: 'openinference-instrumentation-langchain', app: 'openinference_langchain.py' },
  ),
  python('pydantic-ai', { emitter: 'pydantic-ai-slim', app: 'app.py' }),
  python('llama-index', { emitter: 'openinference-instrumentation-llama-index', app: 'app.py' }),
  python('strands', { emitter: 'strands-agents', app: 'app.py' }),
  python('google-genai', { emitter: 'opentelemetry-instrumentation-google-genai', app: 'app.py' }),
];
