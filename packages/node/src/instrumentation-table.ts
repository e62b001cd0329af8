/** A module of the client, and the export of it that is handed over (`*` for all, `{x}` for all as field `x`). */
export interface ManualModule {
  readonly module: string;
  readonly export: string;
}

/** Several modules of the client, handed over together by these names. */
export interface ManualModules {
  readonly modules: Readonly<Record<string, string>>;
}

/** An instrumentation that the app may have installed. */
export interface KnownInstrumentation {
  /** Short name, for the option `instrumentations`. */
  readonly name: string;
  readonly package: string;
  /** Export of the package that makes it; absent where the package needs no set-up here. */
  readonly export?: string;
  /** Package that it watches; absent for parts of Node. */
  readonly client?: string;
  /** Versions of the client that it is known to fit: from the first on, below the second. */
  readonly fits?: readonly [from: string, below: string];
  /** What happens with other versions. */
  readonly misfit?: string;
  /** What to know of it in any case. */
  readonly note?: string;
  /** Where it has to be handed the client's modules, since its own hooks miss what is imported. */
  readonly manual?: ManualModule | ManualModules;
  /** Options by which it records what is said to models, or not. */
  readonly options?: (captureContent: boolean) => object;
}

const openInference = (captureContent: boolean): object => ({
  traceConfig: captureContent
    ? {}
    : { hideInputs: true, hideOutputs: true, hideInputMessages: true, hideOutputMessages: true },
});
const openLlmetry = (captureContent: boolean): object => ({ traceContent: captureContent });

/**
 * Known instrumentations, best first for each client: of several for one client the first that is installed and fits is taken. What is
 * said of versions was tried with the recorded corpus (`test/interop`); newer releases may do better.
 */
export const INSTRUMENTATIONS: readonly KnownInstrumentation[] = [
  { name: 'http', package: '@opentelemetry/instrumentation-http', export: 'HttpInstrumentation' },
  { name: 'undici', package: '@opentelemetry/instrumentation-undici', export: 'UndiciInstrumentation' },
  {
    name: 'openai',
    package: '@opentelemetry/instrumentation-openai',
    export: 'OpenAIInstrumentation',
    client: 'openai',
    fits: ['4.19.0', '7.0.0'],
    misfit: 'gives no spans at all, and says nothing',
    options: (captureMessageContent) => ({ captureMessageContent }),
  },
  {
    name: 'openai',
    package: '@arizeai/openinference-instrumentation-openai',
    export: 'OpenAIInstrumentation',
    client: 'openai',
    fits: ['4.0.0', '8.0.0'],
    note: 'gives no token counts for streamed calls',
    manual: { module: 'openai', export: 'OpenAI' },
    options: openInference,
  },
  {
    name: 'openai',
    package: '@traceloop/instrumentation-openai',
    export: 'OpenAIInstrumentation',
    client: 'openai',
    fits: ['4.0.0', '7.0.0'],
    misfit: 'gives no spans at all, and says nothing',
    note: 'gives no token counts for streamed calls and no spans for embeddings',
    manual: { module: 'openai', export: 'OpenAI' },
    options: openLlmetry,
  },
  {
    name: 'anthropic',
    package: '@arizeai/openinference-instrumentation-anthropic',
    export: 'AnthropicInstrumentation',
    client: '@anthropic-ai/sdk',
    fits: ['0.20.0', '1.0.0'],
    misfit:
      'is not needed: the client writes spans of its own, and each call gives two (they count once where they are nested)',
    manual: { module: '@anthropic-ai/sdk', export: 'default' },
    options: openInference,
  },
  {
    name: 'anthropic',
    package: '@traceloop/instrumentation-anthropic',
    export: 'AnthropicInstrumentation',
    client: '@anthropic-ai/sdk',
    fits: ['0.9.0', '1.0.0'],
    misfit: 'throws while it patches the client, which writes spans of its own',
    options: openLlmetry,
  },
  {
    name: 'langchain',
    package: '@arizeai/openinference-instrumentation-langchain',
    export: 'LangChainInstrumentation',
    client: '@langchain/core',
    fits: ['0.2.0', '2.0.0'],
    manual: { module: '@langchain/core/callbacks/manager', export: '*' },
    options: openInference,
  },
  {
    name: 'langchain',
    package: '@traceloop/instrumentation-langchain',
    export: 'LangChainInstrumentation',
    client: '@langchain/core',
    fits: ['0.2.0', '2.0.0'],
    note: 'gives every span a trace of its own, unless it is inside a governed step',
    manual: { module: '@langchain/core/callbacks/manager', export: '{callbackManagerModule}' },
    options: openLlmetry,
  },
  {
    name: 'openai-agents',
    package: '@arizeai/openinference-instrumentation-openai-agents',
    export: 'OpenAIAgentsInstrumentation',
    client: '@openai/agents',
    fits: ['0.1.0', '1.0.0'],
    manual: { module: '@openai/agents', export: '*' },
    options: openInference,
  },
  {
    name: 'mcp',
    package: '@arizeai/openinference-instrumentation-mcp',
    export: 'MCPInstrumentation',
    client: '@modelcontextprotocol/sdk',
    note: 'carries the trace to the server and writes no spans of its own',
    manual: {
      modules: {
        clientStdioModule: '@modelcontextprotocol/sdk/client/stdio.js',
        clientStreamableHTTPModule: '@modelcontextprotocol/sdk/client/streamableHttp.js',
        serverStdioModule: '@modelcontextprotocol/sdk/server/stdio.js',
      },
    },
  },
  {
    name: 'mcp',
    package: '@traceloop/instrumentation-mcp',
    export: 'McpInstrumentation',
    client: '@modelcontextprotocol/sdk',
    note: 'gives every session a trace of its own, whatever step calls it',
    manual: { module: '@modelcontextprotocol/sdk/client', export: '*' },
    options: openLlmetry,
  },
  {
    name: 'ai',
    package: '@ai-sdk/otel',
    client: 'ai',
    fits: ['7.0.0', '8.0.0'],
    note: 'starts with registerTelemetry(new OpenTelemetry()) in the app, and telemetry: { isEnabled: true } at each call',
  },
];

/** Clients that write spans of their own, for which nothing has to be installed. */
export const SELF_INSTRUMENTED: readonly { readonly client: string; readonly from: string; readonly note: string }[] = [
  { client: '@anthropic-ai/sdk', from: '1.0.0', note: 'writes spans of its own' },
  { client: 'ai', from: '3.3.0', note: 'writes spans of its own where a call has telemetry switched on' },
];
