import type { Attributes } from '@opentelemetry/api';
import { ATTR_NODE_ID, ATTR_RUN_ID, ATTR_STEP_ATTEMPT, ATTR_STEP_ID, ATTR_TENANT_ID } from '@spanledger/semconv';
import type { StepScope } from '../contract/step-scope.ts';

/** Attributes of a scope that name a step: a step of its own has its own. */
export const STEP_NAMES: ReadonlySet<string> = new Set([ATTR_STEP_ID, ATTR_STEP_ATTEMPT, ATTR_NODE_ID]);

// A scope lives as long as its step, and all that is made below it asks for the same attributes.
const known = new WeakMap<StepScope, readonly (readonly [string, string | number])[]>();

/** Attributes that all telemetry below a scope carries. */
export function scopeAttributes(scope: StepScope): readonly (readonly [string, string | number])[] {
  let attributes = known.get(scope);
  if (attributes === undefined) {
    const all = [
      [ATTR_RUN_ID, scope.runId],
      [ATTR_STEP_ID, scope.stepId],
      [ATTR_STEP_ATTEMPT, scope.attempt],
      [ATTR_NODE_ID, scope.nodeId],
      [ATTR_TENANT_ID, scope.tenantId],
      ['gen_ai.workflow.name', scope.workflow],
      ['gen_ai.conversation.id', scope.conversationId],
    ] as const;
    attributes = all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
    known.set(scope, attributes);
  }
  return attributes;
}

/**
 * The attributes of a scope that a record lacks. A record of another run gets none; a governed step of its own keeps its own names, so
 * that it never looks like a call of the step around it.
 */
export function missingAttributes(scope: StepScope, own: Attributes): readonly (readonly [string, string | number])[] {
  const ownRun = own[ATTR_RUN_ID];
  if (ownRun !== undefined && ownRun !== scope.runId) return [];
  const isStep = own[ATTR_STEP_ID] !== undefined;
  return scopeAttributes(scope).filter(([key]) => own[key] === undefined && !(isStep && STEP_NAMES.has(key)));
}
