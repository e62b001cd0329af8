/** Names of the events (OpenTelemetry log records with an event name) that the SDK emits and the collector understands. */

/** A run began. */
export const EVENT_RUN_STARTED = 'spanledger.run.started';
/** A run waits for a human or for a time. */
export const EVENT_RUN_PAUSED = 'spanledger.run.paused';
/** A paused run goes on. */
export const EVENT_RUN_RESUMED = 'spanledger.run.resumed';
/** A run is over; `spanledger.run.status` says how. */
export const EVENT_RUN_ENDED = 'spanledger.run.ended';
/** The checks before execution have decided; the outcome span follows. */
export const EVENT_STEP_DECIDED = 'spanledger.step.decided';
/** A check denied the step. */
export const EVENT_STEP_DENIED = 'spanledger.step.denied';
/** A check handed the step to a human. */
export const EVENT_STEP_ESCALATED = 'spanledger.step.escalated';
/** Sensitive text was masked. */
export const EVENT_STEP_REDACTED = 'spanledger.step.redacted';
/** A budget passed its warning threshold. */
export const EVENT_STEP_BUDGET_WARNING = 'spanledger.step.budget_warning';
/** A service level target was missed. */
export const EVENT_STEP_SLA_BREACHED = 'spanledger.step.sla_breached';
/** A human overrode a decision. */
export const EVENT_STEP_OVERRIDDEN = 'spanledger.step.overridden';
/** A process could not send some of its telemetry; it says how much once something arrives again. */
export const EVENT_TELEMETRY_DROPPED = 'spanledger.telemetry.dropped';
