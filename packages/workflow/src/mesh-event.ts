import type { RuntimeEvent, StepRecord } from '@spanledger/sdk';
import {
  EVENT_RUN_ENDED,
  EVENT_RUN_STARTED,
  EVENT_STEP_BUDGET_WARNING,
  EVENT_STEP_DECIDED,
  EVENT_STEP_DENIED,
  EVENT_STEP_ESCALATED,
  EVENT_STEP_OVERRIDDEN,
  EVENT_STEP_SLA_BREACHED,
} from '@spanledger/semconv';

/** Names of what a mesh tells. */
export const MeshEvent = {
  /** Everything. */
  ALL: '*',
  WORKFLOW_START: 'workflow_start',
  WORKFLOW_COMPLETE: 'workflow_complete',
  WORKFLOW_FAILED: 'workflow_failed',
  /** The checks let a step run: its node is about to be called. */
  STEP_START: 'step_start',
  STEP_COMPLETE: 'step_complete',
  STEP_FAILED: 'step_failed',
  STEP_BLOCKED: 'step_blocked',
  STEP_PAUSED: 'step_paused',
  STEP_SKIPPED: 'step_skipped',
  STEP_CANCELLED: 'step_cancelled',
  /** A check denied a step. */
  POLICY_VIOLATION: 'policy_violation',
  /** A check handed a step to a human. */
  HITL_REQUIRED: 'hitl_required',
  /** A human decided. */
  HITL_DECIDED: 'hitl_decided',
  BUDGET_WARNING: 'budget_warning',
  SLA_BREACH: 'sla_breach',
} as const;

/** Name of an event of a mesh. */
export type MeshEventName = (typeof MeshEvent)[keyof typeof MeshEvent];

/** Something that happened in a mesh. */
export interface MeshEventRecord {
  readonly name: Exclude<MeshEventName, '*'>;
  readonly runId: string;
  /** Empty for events of a workflow. */
  readonly nodeId: string;
  /** Empty for events of a workflow. */
  readonly stepId: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** Reason code, or how the run ended. */
  readonly reason: string | undefined;
  /** The record of the attempt, once it is over. */
  readonly record: StepRecord | undefined;
}

const BY_STATUS: Readonly<Record<string, MeshEventRecord['name']>> = {
  completed: MeshEvent.STEP_COMPLETE,
  failed: MeshEvent.STEP_FAILED,
  blocked: MeshEvent.STEP_BLOCKED,
  paused: MeshEvent.STEP_PAUSED,
  skipped: MeshEvent.STEP_SKIPPED,
  cancelled: MeshEvent.STEP_CANCELLED,
};

const BY_EVENT: Readonly<Record<string, MeshEventRecord['name']>> = {
  [EVENT_RUN_STARTED]: MeshEvent.WORKFLOW_START,
  [EVENT_STEP_DENIED]: MeshEvent.POLICY_VIOLATION,
  [EVENT_STEP_ESCALATED]: MeshEvent.HITL_REQUIRED,
  [EVENT_STEP_OVERRIDDEN]: MeshEvent.HITL_DECIDED,
  [EVENT_STEP_BUDGET_WARNING]: MeshEvent.BUDGET_WARNING,
  [EVENT_STEP_SLA_BREACHED]: MeshEvent.SLA_BREACH,
};

/** The mesh's word for an event of the runtime; `undefined` for what a mesh does not tell. */
export function meshEventOf(event: RuntimeEvent): MeshEventRecord | undefined {
  const name = nameOf(event);
  if (name === undefined) return undefined;
  const { runId, nodeId, stepId, timeMs, reason, record } = event;
  return { name, runId, nodeId, stepId, timeMs, reason, record };
}

function nameOf({ name, reason, record }: RuntimeEvent): MeshEventRecord['name'] | undefined {
  if (record !== undefined) return BY_STATUS[record.status];
  if (name === EVENT_RUN_ENDED) {
    return reason === 'completed' ? MeshEvent.WORKFLOW_COMPLETE : MeshEvent.WORKFLOW_FAILED;
  }
  if (name === EVENT_STEP_DECIDED) return reason === 'commit' ? MeshEvent.STEP_START : undefined;
  return BY_EVENT[name];
}
