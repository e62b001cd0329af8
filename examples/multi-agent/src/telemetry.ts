import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { register, type SignalHealth } from '@spanledger/node';

/** Name under which the app shows up in the ledger. */
export const SERVICE_NAME = 'support-crew';

/** What reached the collector. */
export interface Delivery {
  /** Spans that the collector acknowledged. */
  readonly spans: number;
  /** Log records that the collector acknowledged. */
  readonly logRecords: number;
  /** What was lost, in words. Empty when everything was delivered. */
  readonly problems: readonly string[];
}

/** Running telemetry. */
export interface Telemetry {
  /** Sends what is queued, ends telemetry and says what was delivered. */
  stop(): Promise<Delivery>;
}

// One instance for the process: the hook patches `openai` once, when it is first required.
const openAiInstrumentation = new OpenAIInstrumentation({ captureMessageContent: true });

/**
 * Starts telemetry: traces and logs to the collector at `endpoint`, and OpenAI's instrumentation with message content. Start it before
 * the OpenAI client is loaded (`openai-client.ts`). An app that needs no instance of its own calls `register()`, which finds the
 * instrumentations that are installed.
 *
 * @example
 * const telemetry = startTelemetry('http://127.0.0.1:4318');
 * await runSupportCrew({ openAiBaseUrl });
 * const delivery = await telemetry.stop();
 */
export function startTelemetry(endpoint: string): Telemetry {
  const telemetry = register({
    endpoint,
    serviceName: SERVICE_NAME,
    instrumentations: [],
    ownInstrumentations: [openAiInstrumentation],
    log: () => {},
  });
  return {
    async stop() {
      await telemetry.shutdown();
      const { spans, logRecords, problems } = telemetry.health();
      const lost = [...lossOf('spans', spans), ...lossOf('log records', logRecords)];
      // What OpenTelemetry and the collector said explains a loss, and is no loss by itself.
      const why = lost.length === 0 ? [] : problems;
      return { spans: spans.delivered, logRecords: logRecords.delivered, problems: [...lost, ...why] };
    },
  };
}

function lossOf(what: string, { accepted, delivered }: SignalHealth): string[] {
  return accepted === delivered ? [] : [`${accepted - delivered} ${what} were not delivered`];
}
