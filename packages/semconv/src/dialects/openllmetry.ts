import type { Dialect } from './dialect.ts';

/** OpenLLMetry, as Traceloop's instrumentations write it where it differs from the `gen_ai.*` names of its time. */
export const OPENLLMETRY_DIALECT: Dialect = {
  name: 'openllmetry',
  source: 'opentelemetry-semantic-conventions-ai 0.4 (Python) and @traceloop/ai-semantic-conventions 0.2x (JavaScript)',
  rules: [
    { key: 'llm.request.type', target: 'operation_kind' },
    { key: 'traceloop.span.kind', target: 'operation_kind' },
    { key: 'traceloop.entity.name', target: 'entity_name' },
    { key: 'traceloop.workflow.name', target: 'workflow_name' },
    { key: 'traceloop.association.properties.langgraph_node', target: 'node_id' },
    { key: 'llm.response.model', target: 'response_model' },
    { key: 'llm.request.model', target: 'request_model' },
    { key: 'llm.usage.prompt_tokens', target: 'input_tokens' },
    { key: 'llm.usage.completion_tokens', target: 'output_tokens' },
    { key: 'gen_ai.usage.cache_read_input_tokens', target: 'cache_read_tokens' },
    { key: 'gen_ai.usage.cache_creation_input_tokens', target: 'cache_write_tokens' },
    { key: 'gen_ai.usage.reasoning_tokens', target: 'reasoning_tokens' },
    { key: 'gen_ai.response.finish_reason', target: 'finish_reason' },
    { key: 'gen_ai.response.stop_reason', target: 'finish_reason' },
    { key: 'gen_ai.completion.0.finish_reason', target: 'finish_reason' },
    { key: 'llm.response.finish_reason', target: 'finish_reason' },
    { key: 'traceloop.association.properties.session_id', target: 'conversation_id' },
    { key: 'traceloop.association.properties.thread_id', target: 'conversation_id' },
    { key: 'traceloop.association.properties.user_id', target: 'user', content: true },
    { key: 'traceloop.entity.input', target: 'input', content: true },
    { key: 'traceloop.entity.output', target: 'output', content: true },
    { key: 'gen_ai.guardrail.input', target: 'input', content: true },
    { key: 'gen_ai.guardrail.output', target: 'output', content: true },
  ],
  contentPrefixes: ['traceloop.prompt.template_variables.'],
  contentIndexedPrefixes: ['llm.completions.', 'llm.request.functions.', 'db.query.result.'],
};
