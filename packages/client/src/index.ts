export type { Cost, CostFilter, CostGroup, Costs, CostTotals } from './cost.ts';
export { ClientError, NotFoundError, RequestError, UnavailableError, UnexpectedAnswerError } from './errors.ts';
export type {
  FleetRange,
  FleetViolation,
  FleetViolations,
  LatencyFilter,
  SlaFilter,
  SlaTarget,
  SlaWindow,
  ViolationFilter,
} from './fleet.ts';
export type {
  GraphAnomaly,
  GraphAttempt,
  GraphContent,
  GraphEdge,
  GraphError,
  GraphManualState,
  GraphNode,
  GraphStats,
  GraphVisit,
  RunGraph,
} from './graph.ts';
export { ReplayLedger, type RunFilter, type RunSummary } from './ledger.ts';
export {
  type AuditEntry,
  AuditTrailProjection,
  NodeLatencyProjection,
  type NodeLatencyStats,
  type PolicyViolation,
  PolicyViolationProjection,
  type WorkflowSummary,
  WorkflowSummaryProjection,
} from './projections.ts';
export { EventProjector, type RunProjections } from './projector.ts';
export type { ReportRow, RunReport } from './report.ts';
export type { CheckResult, StepRecord } from './step-record.ts';
export type { ConnectionOptions, QueryParameters, Transport } from './transport.ts';
