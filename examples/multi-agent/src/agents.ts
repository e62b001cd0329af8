import { SpanKind, trace } from '@opentelemetry/api';
import type { OpenAI } from 'openai';
import type { StepResult } from './governed-step.ts';
import { governedStep } from './governed-step.ts';
import { ask, askStreamed, askWithTool, embed, respond } from './llm.ts';
import { FAULT_HEADER } from './local-llm.ts';
import type { Run } from './run.ts';

/** The customer database did not answer. */
class CrmUnavailableError extends Error {}

type Text = Promise<StepResult<string>>;

const system = (role: string): string => `You are the ${role} of a support desk. Be brief, be kind, state only facts.`;

/** Makes a plan from the ticket: one chat call. */
export function planner(run: Run, client: OpenAI, ticket: string): Text {
  return governedStep(
    run,
    { node: 'planner', kind: 'agent', action: 'answer', input: ticket, slaTargetMs: 2000, confidence: 0.92 },
    (step) => ask(client, step, { system: system('planner'), prompt: ticket }),
  );
}

/** Finds the facts: a chat call, the tool that it wishes for, and a second call with the result. */
export function researcher(run: Run, client: OpenAI, ticket: string): Text {
  const tool = {
    name: 'lookup_order',
    description: 'Gives the state of an order by its order_id.',
    call: (argumentsJson: string, callId: string) => lookupOrder(run, argumentsJson, callId),
  };
  return governedStep(
    run,
    {
      node: 'researcher',
      kind: 'agent',
      action: 'read',
      input: ticket,
      from: ['planner'],
      taint: ['customer_text'],
      slaTargetMs: 4000,
      confidence: 0.88,
    },
    (step) => askWithTool(client, step, { system: system('researcher'), prompt: ticket }, tool),
  );
}

/** The tool: a governed step of its own, below the researcher's. */
async function lookupOrder(run: Run, argumentsJson: string, callId: string): Promise<string> {
  const definition = { node: 'lookup_order', kind: 'tool', action: 'read', tool: 'lookup_order', slaTargetMs: 500 };
  const result = await governedStep(run, { ...definition, input: argumentsJson, from: ['researcher'] }, async () => {
    const attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'lookup_order',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': callId,
      'gen_ai.tool.call.arguments': argumentsJson,
    };
    const options = { kind: SpanKind.INTERNAL, attributes };
    return trace.getTracer('support-crew').startActiveSpan('execute_tool lookup_order', options, (span) => {
      const order = JSON.stringify({ order: JSON.parse(argumentsJson).order_id, state: 'in transit', days: 8 });
      span.setAttribute('gen_ai.tool.call.result', order);
      span.end();
      return order;
    });
  });
  return result.status === 'completed' ? result.output : `the tool did not run: ${result.status}`;
}

/** Finds the nearest page of the handbook: one embeddings call. */
export function handbook(run: Run, client: OpenAI, ticket: string): Text {
  return governedStep(
    run,
    { node: 'handbook', kind: 'model', action: 'read', input: ticket, from: ['planner'], slaTargetMs: 1000 },
    async (step) => `refunds.md (a match over ${(await embed(client, step, ticket)).length} dimensions)`,
  );
}

/** Judges the customer's mood: one call of the responses API. */
export function analyst(run: Run, client: OpenAI, ticket: string): Text {
  return governedStep(
    run,
    { node: 'analyst', kind: 'agent', action: 'read', input: ticket, from: ['planner'], slaTargetMs: 1000 },
    (step) => respond(client, step, { system: system('analyst'), prompt: ticket }),
  );
}

/** Writes the reply. The local LLM refuses the first attempt with 429; the second is the same step, attempt 2. */
export function writer(run: Run, client: OpenAI, facts: string): Text {
  const headers = { [FAULT_HEADER]: `429 once ${run.id}/writer` };
  return governedStep(
    run,
    {
      node: 'writer',
      kind: 'agent',
      action: 'answer',
      input: facts,
      from: ['researcher', 'handbook', 'analyst'],
      riskTier: 2,
      slaTargetMs: 2000,
      confidence: 0.81,
      attempts: 2,
    },
    (step) => ask(client, step, { system: system('writer'), prompt: facts, headers }),
  );
}

/** Tells the customer database, which is down: fails for good. */
export function notifyCrm(run: Run, reply: string): Text {
  return governedStep(
    run,
    {
      node: 'notify_crm',
      kind: 'http',
      action: 'notify',
      input: reply,
      from: ['writer'],
      riskTier: 3,
      slaTargetMs: 1000,
    },
    () => Promise.reject(new CrmUnavailableError('crm.internal refused the connection')),
  );
}

/** Would put the reply on the public forum; the policy's rule `no-external-publish` denies it before it runs. */
export function publisher(run: Run, reply: string): Text {
  return governedStep(
    run,
    {
      node: 'publisher',
      kind: 'http',
      action: 'publish',
      input: reply,
      from: ['writer'],
      riskTier: 4,
      slaTargetMs: 1000,
    },
    () => Promise.reject(new Error('the publisher must never run')),
  );
}

/** Reviews the reply: one streamed chat call. */
export function reviewer(run: Run, client: OpenAI, reply: string): Text {
  const from = ['writer', 'notify_crm', 'publisher'];
  return governedStep(
    run,
    { node: 'reviewer', kind: 'agent', action: 'answer', input: reply, from, slaTargetMs: 2000, confidence: 0.95 },
    (step) => askStreamed(client, step, { system: system('reviewer'), prompt: reply }),
  );
}
