import { randomUUID } from 'node:crypto';
import { analyst, handbook, notifyCrm, planner, publisher, researcher, reviewer, writer } from './agents.ts';
import type { StepResult } from './governed-step.ts';
import { createOpenAi } from './openai-client.ts';
import { withRun } from './run.ts';

/** Options of {@link runSupportCrew}. */
export interface SupportCrewOptions {
  /** Base URL of an API like OpenAI's, with `/v1`. */
  readonly openAiBaseUrl: string;
  /** Identifier of the run. Default: a new UUID. */
  readonly runId?: string;
  /** The customer's words. Default: a lost parcel. */
  readonly ticket?: string;
}

/** What the crew made. */
export interface SupportCrewResult {
  readonly runId: string;
  /** 32 hex digits. */
  readonly traceId: string;
  /** The reply to the customer. */
  readonly reply: string;
  /** The reviewer's words on it. */
  readonly review: string;
}

const TICKET = 'My parcel A-1042 was due last week and the tracking page has not moved since. Where is it?';

/**
 * Runs the crew on a ticket: planner, then researcher, handbook and analyst in parallel, then writer, then the
 * notification and the publication in parallel, then reviewer. Start telemetry first.
 *
 * @example
 * const { runId } = await runSupportCrew({ openAiBaseUrl: llm.url });
 * @throws when a step fails that the reply cannot do without.
 */
export function runSupportCrew(options: SupportCrewOptions): Promise<SupportCrewResult> {
  const client = createOpenAi(options.openAiBaseUrl);
  const ticket = options.ticket ?? TICKET;
  const runId = options.runId ?? randomUUID();
  const names = { runId, workflow: 'support-crew', conversationId: 'ticket-1042', budgetUsd: 0.05 };
  return withRun(names, async (run) => {
    const plan = needed(await planner(run, client, ticket));
    const research = await Promise.all([
      researcher(run, client, ticket),
      handbook(run, client, ticket),
      analyst(run, client, ticket),
    ]);
    const facts = [plan, ...research.map(needed)].join('\n');
    const reply = needed(await writer(run, client, facts));
    // The reply stands without these two: one fails, one is blocked.
    await Promise.all([notifyCrm(run, reply), publisher(run, reply)]);
    const review = needed(await reviewer(run, client, reply));
    return { runId, traceId: run.traceId, reply, review };
  });
}

function needed(result: StepResult<string>): string {
  if (result.status === 'completed') return result.output;
  throw result.status === 'failed' ? result.error : new Error(`the policy blocked a needed step: ${result.reason}`);
}
