import type { Dialect } from './dialect.ts';

/** Langfuse's own OpenTelemetry SDKs. */
export const LANGFUSE_DIALECT: Dialect = {
  name: 'langfuse',
  source: 'Langfuse SDK 4 (JavaScript) and 3 (Python)',
  rules: [
    { key: 'langfuse.observation.type', target: 'operation_kind' },
    { key: 'langfuse.observation.model.name', target: 'request_model' },
    { key: 'langfuse.observation.usage_details', target: 'usage_details' },
    { key: 'langfuse.observation.cost_details', target: 'cost_details' },
    { key: 'langfuse.observation.level', target: 'error_level' },
    { key: 'langfuse.observation.status_message', target: 'error_message' },
    { key: 'langfuse.session.id', target: 'conversation_id' },
    { key: 'langfuse.user.id', target: 'user', content: true },
    { key: 'langfuse.observation.input', target: 'input', content: true },
    { key: 'langfuse.observation.output', target: 'output', content: true },
    { key: 'langfuse.trace.input', content: true },
    { key: 'langfuse.trace.output', content: true },
    { key: 'langfuse.trace.name', target: 'workflow_name' },
  ],
  contentPrefixes: ['langfuse.observation.metadata.', 'langfuse.trace.metadata.'],
};
