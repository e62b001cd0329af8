/** What the local LLM says: a script by role, so that every run of the example has the same content. */

/** A message as the chat completions API takes it. Only the fields that the script reads. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly unknown[];
}

/** What the model answers: a text, or the wish to call a tool. */
export type Answer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool_call'; readonly tool: string; readonly arguments: string };

const TEXT_BY_ROLE: Readonly<Record<string, string>> = {
  planner: 'Plan: 1. look the order up; 2. read the refund policy; 3. judge the mood; 4. write a reply; 5. review it.',
  researcher:
    'The parcel was handed to the carrier on 12 November and has not moved for eight days. It counts as lost.',
  analyst: 'Mood: frustrated, still polite. Urgency: high.',
  writer: 'Dear customer, your parcel is lost in transit and we are sorry. We have refunded 49.90 EUR to your card.',
  reviewer: 'The draft is correct, kind and short. It must not be published outside; send it to the customer only.',
};

/** Gives the role that a system prompt names: "You are the planner of ..." is `planner`. `unknown` without one. */
export function roleOf(systemPrompt: string): string {
  return /^You are the (\w+)/.exec(systemPrompt)?.[1] ?? 'unknown';
}

/** Answers for a role. A tool is called once: as long as there is a tool and no tool result yet. */
export function answerFor(role: string, prompt: string, tool: string | undefined, hasToolResult: boolean): Answer {
  if (tool !== undefined && !hasToolResult) {
    const orderId = /\b[A-Z]-\d+\b/.exec(prompt)?.[0] ?? 'unknown';
    return { kind: 'tool_call', tool, arguments: JSON.stringify({ order_id: orderId }) };
  }
  return { kind: 'text', text: TEXT_BY_ROLE[role] ?? `You said: ${prompt}` };
}
