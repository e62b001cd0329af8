/** What a span says it used; null where it says nothing. */
export interface Usage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly reasoningTokens: number | null;
  /** USD as exact decimal text. */
  readonly costUsd: string | null;
  readonly carbonGco2e: number | null;
}

/** What can be counted once or not at all: tokens, cost and carbon, each for itself. */
export type Measure = 'usage' | 'cost' | 'carbon';

/** All measures. */
export const MEASURES: readonly Measure[] = ['usage', 'cost', 'carbon'];

/** A span as the settling pass sees it. Ids are lower-case hex. */
export interface TraceSpan extends Usage {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly startTime: string;
  /** Like `startTime`, which is 20 digits of nanoseconds. */
  readonly endTime: string;
  readonly cursor: bigint;
  /** As the row has it now; as sent where `runStamped`. */
  readonly runId: string;
  readonly runStamped: boolean;
  readonly stepId: string;
  readonly stepStamped: boolean;
  readonly attempt: number;
  /** True for the outcome of a governed step. */
  readonly governed: boolean;
  readonly operation: string;
  readonly isModelCall: boolean;
  readonly isRollup: boolean;
  readonly responseId: string;
  readonly usageScope: string;
  /** True for a span that sends a message (kind producer). */
  readonly isProducer: boolean;
  /** Spans that it links to, named as in `spanName`. */
  readonly links: readonly string[];
  readonly provider: string;
  readonly model: string;
  /** Agent as the row has it now; as sent where `agentStamped`. */
  readonly agentName: string;
  readonly agentStamped: boolean;
  /** Who computed the cost; empty where there is none. */
  readonly costSource: string;
  /** Version of the price list that the collector computed the cost by; empty where it was stated. */
  readonly priceVersion: string;
  /** Which measures the row counts now. */
  readonly counted: Readonly<Record<Measure, boolean>>;
}

/** Name of a span among those of a tenant. */
export function spanName(traceId: string, spanId: string): string {
  return traceId + spanId;
}
