/**
 * Operations by the words that dialects have for them, in lower case; an empty name says that the span is none. A word that is not here names no operation, unless it stands in
 * `gen_ai.operation.name`, whose own words are kept. The ingest view has the same lists (a test compares them).
 */
export const OPERATION_NAMES: Readonly<Record<string, string>> = {
  // OpenInference, Langfuse, Laminar
  llm: 'chat',
  generation: 'chat',
  embedding: 'embeddings',
  embedder: 'embeddings',
  retriever: 'retrieval',
  reranker: 'rerank',
  tool: 'execute_tool',
  agent: 'invoke_agent',
  chain: 'invoke_workflow',
  guardrail: 'guardrail',
  evaluator: 'evaluation',
  evaluation: 'evaluation',
  prompt: 'prompt',
  // OpenLLMetry
  workflow: 'invoke_workflow',
  task: 'task',
  execute_task: 'task',
  chat: 'chat',
  completion: 'text_completion',
  embeddings: 'embeddings',
  rerank: 'rerank',
  guard: 'guardrail',
  'guardrail.run': 'guardrail',
  // Genkit
  model: 'chat',
  flow: 'invoke_workflow',
  // AI SDK
  'ai.generatetext': 'invoke_agent',
  'ai.streamtext': 'invoke_agent',
  'ai.generateobject': 'invoke_agent',
  'ai.streamobject': 'invoke_agent',
  'ai.generatetext.dogenerate': 'chat',
  'ai.streamtext.dostream': 'chat',
  'ai.generateobject.dogenerate': 'chat',
  'ai.streamobject.dostream': 'chat',
  'ai.embed': 'embed',
  'ai.embedmany': 'embed',
  'ai.embed.doembed': 'embeddings',
  'ai.embedmany.doembed': 'embeddings',
  'ai.toolcall': 'execute_tool',
  'ai.rerank.dorerank': 'rerank',
  // Mastra: a chunk of a streamed answer is no step
  workflow_step: 'task',
  model_chunk: '',
  // Strands
  execute_event_loop_cycle: 'agent_step',
  // Proposals for the OpenTelemetry conventions
  run_guardrail: 'guardrail',
  apply_guardrail: 'guardrail',
  // Vector databases
  vectordb: 'retrieval',
};

/**
 * Providers by the words that dialects have for them, in lower case; the names are those of OpenTelemetry's `gen_ai.provider.name`.
 * A name that is not here is cut at its first dot, so that `openai.chat` is `openai`; the names on the right keep theirs.
 */
export const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  bedrock: 'aws.bedrock',
  'amazon-bedrock': 'aws.bedrock',
  aws: 'aws.bedrock',
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  'az.ai.openai': 'azure.ai.openai',
  'az.ai.inference': 'azure.ai.inference',
  'azure.ai.inference': 'azure.ai.inference',
  'google.generative-ai': 'gcp.gemini',
  gemini: 'gcp.gemini',
  google: 'gcp.gen_ai',
  google_genai: 'gcp.gen_ai',
  vertexai: 'gcp.vertex_ai',
  vertex_ai: 'gcp.vertex_ai',
  'google-vertex': 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  mistralai: 'mistral_ai',
  xai: 'x_ai',
  watsonx: 'ibm.watsonx.ai',
  // Frameworks call models and are none.
  langchain: '',
  langgraph: '',
  'strands-agents': '',
};

/** Providers by the host that a call went to, for spans that name no provider. */
export const PROVIDER_HOSTS: Readonly<Record<string, string>> = {
  'api.openai.com': 'openai',
  'api.anthropic.com': 'anthropic',
  'api.mistral.ai': 'mistral_ai',
  'api.cohere.com': 'cohere',
  'api.groq.com': 'groq',
  'api.deepseek.com': 'deepseek',
  'api.perplexity.ai': 'perplexity',
  'api.x.ai': 'x_ai',
  'generativelanguage.googleapis.com': 'gcp.gemini',
};
