import { trace } from '@opentelemetry/api';
import type { RuntimeOutcome } from '@spanledger/sdk';
import { analyst, handbook, notifyCrm, planner, publisher, researcher, reviewer, writer } from './agents.ts';
import { createOpenAi } from './openai-client.ts';
import { supportRuntime } from './support-runtime.ts';

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
  const runtime = supportRuntime();
  const ticket = options.ticket ?? TICKET;
  const names = {
    workflow: 'support-crew',
    conversationId: 'ticket-1042',
    ...(options.runId === undefined ? {} : { runId: options.runId }),
  };
  return runtime.withRun(names, async ({ id: runId }) => {
    const crew = { runtime, client, runId };
    const plan = needed(await planner(crew, ticket));
    const research = await Promise.all([researcher(crew, ticket), handbook(crew, ticket), analyst(crew, ticket)]);
    const facts = [plan, ...research.map(needed)].join('\n');
    const reply = needed(await writer(crew, facts));
    // The reply stands without these two: one fails, one is blocked.
    await Promise.all([notifyCrm(crew, reply), publisher(crew, reply)]);
    const review = needed(await reviewer(crew, reply));
    return { runId, traceId: trace.getActiveSpan()?.spanContext().traceId ?? '', reply, review };
  });
}

function needed(outcome: RuntimeOutcome): string {
  if (outcome.ok) return outcome.output.content;
  throw outcome.error ?? new Error(`a needed step did not complete: ${outcome.blockedBy}`);
}
