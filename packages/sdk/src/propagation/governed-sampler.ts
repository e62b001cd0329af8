import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';
import { ATTR_RUN_ID, ATTR_STEP_ID } from '@spanledger/semconv';
import { stepScopeOf } from '../contract/step-scope.ts';

/** Decisions of a sampler by their numbers, which are the same in both OpenTelemetry trains. */
const NOT_RECORD = 0;
const RECORD = 1;
const RECORD_AND_SAMPLED = 2;

/** What a sampler says. */
export interface SamplerResult {
  decision: 0 | 1 | 2;
  attributes?: Readonly<Attributes>;
  traceState?: TraceState;
}

/** A sampler of OpenTelemetry, old train or new. */
export interface SpanSampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplerResult;
  toString(): string;
}

/**
 * Puts a sampler under the rule that governed records are never left out: spans that carry a step or a run of their own are recorded
 * and sent, whatever the app's sampler says. Spans below a governed step that it leaves out are still recorded here, so that what model
 * calls used is known, but not sent. All other spans are the app's own business.
 */
export function governedSampler(inner: SpanSampler): SpanSampler {
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const result = inner.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      if (result.decision === RECORD_AND_SAMPLED) return result;
      if (attributes[ATTR_STEP_ID] !== undefined || attributes[ATTR_RUN_ID] !== undefined) {
        return { ...result, decision: RECORD_AND_SAMPLED };
      }
      if (result.decision === NOT_RECORD && stepScopeOf(context)?.stepId !== undefined) {
        return { ...result, decision: RECORD };
      }
      return result;
    },
    toString: () => `Governed{${inner.toString()}}`,
  };
}
