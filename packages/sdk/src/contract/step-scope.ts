import type { Context } from '@opentelemetry/api';
import { createContextKey } from '@opentelemetry/api';
import { LayeredContext } from './layered-context.ts';

/** Names that all telemetry below a governed step carries, and that baggage takes to other processes. */
export interface StepScope {
  readonly runId: string;
  /** Absent between the steps of a run. */
  readonly stepId?: string | undefined;
  readonly attempt?: number | undefined;
  readonly nodeId?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly workflow?: string | undefined;
  readonly conversationId?: string | undefined;
}

const SCOPE = createContextKey('spanledger.step_scope');

/** Gives a context whose telemetry belongs to the scope. */
export function withStepScope(context: Context, scope: StepScope): Context {
  return new LayeredContext(context, SCOPE, scope);
}

/** Gives the scope of a context; `undefined` outside of runs. */
export function stepScopeOf(context: Context): StepScope | undefined {
  return context.getValue(SCOPE) as StepScope | undefined;
}
