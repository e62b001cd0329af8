import type { Dialect, DialectRule } from './dialect.ts';

/** Types of spans whose input and output are those of a step. */
const STEPS = ['agent_run', 'workflow_run', 'workflow_step', 'model_generation', 'model_step'] as const;

/** The other types that write an input and an output: content, but of no step of ours. */
const OTHERS = [
  'generic',
  'model_chunk',
  'scorer_run',
  'scorer_step',
  'classifier_evaluation',
  'mcp_server_request',
  'processor_run',
  'client_tool_call',
  'workflow_conditional',
  'workflow_conditional_eval',
  'workflow_parallel',
  'workflow_loop',
  'workflow_sleep',
  'workflow_wait_event',
  'memory_operation',
  'workspace_action',
  'rag_ingestion',
  'rag_embedding',
  'rag_vector_operation',
  'rag_action',
  'graph_action',
  'mapping',
  'skill_resolution',
  'skill_action',
  'agent_signal',
] as const;

function contentOf(type: string, isStep: boolean): DialectRule[] {
  return (['input', 'output'] as const).map((target) => ({
    key: `mastra.${type}.${target}`,
    ...(isStep ? { target } : {}),
    content: true,
  }));
}

/** Mastra's exporter, which writes `gen_ai.*` and names what else it knows by the type of the span. */
export const MASTRA_DIALECT: Dialect = {
  name: 'mastra',
  source: '@mastra/otel-exporter 1, types of spans of @mastra/core 1',
  rules: [
    { key: 'mastra.workflow_step.step_id', target: 'entity_name' },
    ...STEPS.flatMap((type) => contentOf(type, true)),
    ...OTHERS.flatMap((type) => contentOf(type, false)),
  ],
  // Whatever the app passes along, and the bodies and headers of model calls.
  contentPrefixes: ['mastra.metadata.'],
};
