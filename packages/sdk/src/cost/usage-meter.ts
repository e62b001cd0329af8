import type { Context } from '@opentelemetry/api';
import { createContextKey } from '@opentelemetry/api';
import { LayeredContext } from '../contract/layered-context.ts';
import type { ModelUsage } from './model-usage.ts';
import type { SpanUsage } from './span-usage.ts';

/** Longest list of calls that one step keeps apart; further ones are counted without looking for doubles. */
const MOST_CALLS = 1000;

/** Adds up what the model calls of one attempt of a step used, each call once. */
export class UsageMeter {
  readonly #calls: SpanUsage[] = [];
  /** Calls of a step with more than {@link MOST_CALLS}. */
  #further = 0;
  /** What agents and workflows inside the step say of all that is below them; the last to end is the outermost. */
  #rollup: SpanUsage | undefined;

  /** Number of model calls. */
  get count(): number {
    return this.#calls.length + this.#further;
  }

  /** Whether nothing was said of any call. */
  get isEmpty(): boolean {
    return this.#calls.length === 0 && this.#rollup === undefined && this.#further === 0;
  }

  /**
   * Adds what a span says. One call may give two spans, by the client's own telemetry and by an instrumentation: those name the same
   * response, or one is inside the other and says the same. They count once, and each fills in what the other leaves out.
   */
  add(usage: SpanUsage): void {
    if (usage.isRollup) {
      this.#rollup = usage;
      return;
    }
    const twin = this.#calls.findIndex((call) => isSameCall(call, usage));
    const known = this.#calls[twin];
    if (known !== undefined) this.#calls[twin] = merged(usage, known);
    else if (this.#calls.length < MOST_CALLS) this.#calls.push(usage);
    else this.#further += 1;
  }

  /** What was used so far, call by call; what a roll-up says where no call said anything. Empty when nothing is known. */
  calls(): readonly ModelUsage[] {
    if (this.count > 0) return this.#further > 0 ? [] : this.#calls;
    return this.#rollup === undefined ? [] : [this.#rollup];
  }
}

function isSameCall(call: SpanUsage, other: SpanUsage): boolean {
  // Two processors may tell of one span.
  if (call.spanId === other.spanId) return true;
  if (call.responseId !== undefined && call.responseId === other.responseId) return true;
  if (call.parentSpanId !== other.spanId && call.spanId !== other.parentSpanId) return false;
  return call.inputTokens === other.inputTokens && call.outputTokens === other.outputTokens;
}

/** The outer span's words, completed by the inner one's. Of two counts the greater one: who leaves a kind out may say 0. */
function merged(outer: SpanUsage, inner: SpanUsage): SpanUsage {
  const said = Object.entries(outer).filter(([, value]) => value !== undefined);
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = inner;
  return {
    ...inner,
    ...Object.fromEntries(said),
    inputTokens: greater(outer.inputTokens, inputTokens),
    outputTokens: greater(outer.outputTokens, outputTokens),
    cacheReadTokens: greater(outer.cacheReadTokens, cacheReadTokens),
    cacheWriteTokens: greater(outer.cacheWriteTokens, cacheWriteTokens),
    reasoningTokens: greater(outer.reasoningTokens, reasoningTokens),
  };
}

function greater(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

const METER = createContextKey('spanledger.usage_meter');

/** Gives a context whose model calls are added to the meter. */
export function withUsageMeter(context: Context, meter: UsageMeter): Context {
  return new LayeredContext(context, METER, meter);
}

/** Gives the meter of a context; `undefined` outside of governed steps. */
export function usageMeterOf(context: Context): UsageMeter | undefined {
  return context.getValue(METER) as UsageMeter | undefined;
}
