import { SpanKind, trace } from '@opentelemetry/api';
import type { RuntimeOutcome, StepRuntime } from '@spanledger/sdk';
import type { OpenAI } from 'openai';
import { ask, askStreamed, askWithTool, embed, respond } from './llm.ts';
import { FAULT_HEADER } from './local-llm.ts';

/** What every agent of the crew works with. */
export interface Crew {
  readonly runtime: StepRuntime;
  readonly client: OpenAI;
  readonly runId: string;
}

/** The customer database did not answer. */
class CrmUnavailableError extends Error {}

type Outcome = Promise<RuntimeOutcome>;

const system = (role: string): string => `You are the ${role} of a support desk. Be brief, be kind, state only facts.`;

/** Makes a plan from the ticket: one chat call. */
export function planner({ runtime, client }: Crew, ticket: string): Outcome {
  return runtime.run({
    task: ticket,
    taintLabels: ['customer_text'],
    node: {
      id: 'planner',
      kind: 'agent',
      action: 'answer',
      slaTargetMs: 2000,
      run: async ({ task }) => ({
        content: await ask(client, { system: system('planner'), prompt: task }),
        confidence: 0.92,
      }),
    },
  });
}

/** Finds the facts: a chat call, the tool that it wishes for, and a second call with the result. */
export function researcher(crew: Crew, ticket: string): Outcome {
  const tool = {
    name: 'lookup_order',
    description: 'Gives the state of an order by its order_id.',
    call: (argumentsJson: string, callId: string) => lookupOrder(crew, argumentsJson, callId),
  };
  return crew.runtime.run({
    task: ticket,
    from: ['planner'],
    node: {
      id: 'researcher',
      kind: 'agent',
      action: 'read',
      slaTargetMs: 4000,
      run: async ({ task }) => ({
        content: await askWithTool(crew.client, { system: system('researcher'), prompt: task }, tool),
        confidence: 0.88,
      }),
    },
  });
}

/** The tool: a governed step of its own, below the researcher's. */
async function lookupOrder({ runtime }: Crew, argumentsJson: string, callId: string): Promise<string> {
  const outcome = await runtime.run({
    task: '',
    from: ['researcher'],
    tool: { name: 'lookup_order', arguments: JSON.parse(argumentsJson), id: callId },
    node: {
      id: 'lookup_order',
      action: 'read',
      slaTargetMs: 500,
      run: ({ toolArguments }) => order(toolArguments, callId),
    },
  });
  return outcome.ok ? outcome.output.content : `the tool did not run: ${outcome.blockedBy}`;
}

function order(toolArguments: unknown, callId: string): string {
  const attributes = {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'lookup_order',
    'gen_ai.tool.type': 'function',
    'gen_ai.tool.call.id': callId,
    'gen_ai.tool.call.arguments': JSON.stringify(toolArguments),
  };
  const options = { kind: SpanKind.INTERNAL, attributes };
  return trace.getTracer('support-crew').startActiveSpan('execute_tool lookup_order', options, (span) => {
    const { order_id: id } = toolArguments as { order_id: string };
    const found = JSON.stringify({ order: id, state: 'in transit', days: 8 });
    span.setAttribute('gen_ai.tool.call.result', found);
    span.end();
    return found;
  });
}

/** Finds the nearest page of the handbook: one embeddings call. */
export function handbook({ runtime, client }: Crew, ticket: string): Outcome {
  return runtime.run({
    task: ticket,
    from: ['planner'],
    node: {
      id: 'handbook',
      kind: 'model',
      action: 'read',
      slaTargetMs: 1000,
      run: async ({ task }) => `refunds.md (a match over ${(await embed(client, task)).length} dimensions)`,
    },
  });
}

/** Judges the customer's mood: one call of the responses API. */
export function analyst({ runtime, client }: Crew, ticket: string): Outcome {
  return runtime.run({
    task: ticket,
    from: ['planner'],
    node: {
      id: 'analyst',
      kind: 'agent',
      action: 'read',
      slaTargetMs: 1000,
      run: ({ task }) => respond(client, { system: system('analyst'), prompt: task }),
    },
  });
}

/** Writes the reply. The local LLM refuses the first attempt with 429; the second is the same step, attempt 2. */
export function writer({ runtime, client, runId }: Crew, facts: string): Outcome {
  const headers = { [FAULT_HEADER]: `429 once ${runId}/writer` };
  return runtime.run({
    task: facts,
    from: ['researcher', 'handbook', 'analyst'],
    node: {
      id: 'writer',
      kind: 'agent',
      action: 'answer',
      riskTier: 2,
      slaTargetMs: 2000,
      run: async ({ task }) => ({
        content: await ask(client, { system: system('writer'), prompt: task, headers }),
        confidence: 0.81,
      }),
    },
  });
}

/** Tells the customer database, which is down: fails for good. */
export function notifyCrm({ runtime }: Crew, reply: string): Outcome {
  return runtime.run({
    task: reply,
    from: ['writer'],
    node: {
      id: 'notify_crm',
      kind: 'http',
      action: 'notify',
      slaTargetMs: 1000,
      run: () => Promise.reject(new CrmUnavailableError('crm.internal refused the connection')),
    },
  });
}

/** Would put the reply on the public forum; the policy's rule `no-external-publish` denies it before it runs. */
export function publisher({ runtime }: Crew, reply: string): Outcome {
  return runtime.run({
    task: reply,
    from: ['writer'],
    node: {
      id: 'publisher',
      kind: 'http',
      action: 'publish',
      slaTargetMs: 1000,
      run: () => Promise.reject(new Error('the publisher must never run')),
    },
  });
}

/** Reviews the reply: one streamed chat call. */
export function reviewer({ runtime, client }: Crew, reply: string): Outcome {
  return runtime.run({
    task: reply,
    from: ['writer', 'notify_crm', 'publisher'],
    node: {
      id: 'reviewer',
      kind: 'agent',
      action: 'answer',
      slaTargetMs: 2000,
      run: async ({ task }) => ({
        content: await askStreamed(client, { system: system('reviewer'), prompt: task }),
        confidence: 0.95,
      }),
    },
  });
}
