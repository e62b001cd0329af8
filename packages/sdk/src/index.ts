export type { BudgetLimit, BudgetOptions } from './budget/options.ts';
export type { AccountState, BudgetEntry, BudgetStore, ReserveAnswer, SettledState } from './budget/store.ts';
export type {
  EventHandler,
  NamedEvent,
  Subscription,
  SubscriptionOptions,
  SubscriptionStats,
} from './bus/event-bus.ts';
export { ALL_EVENTS, EventBus } from './bus/event-bus.ts';
export type { CarbonEstimate, CarbonEstimator, CarbonOptions, ModelSize } from './carbon/carbon-estimator.ts';
export { carbonEstimator } from './carbon/carbon-estimator.ts';
export type { SensitiveAction, SensitiveDataOptions } from './checks/sensitive-data.ts';
export type { SlaOptions } from './checks/sla.ts';
export type { TaintOptions } from './checks/taint.ts';
export type { TenantOptions } from './checks/tenant.ts';
export type { ArgumentSchema, ToolPermissionOptions, ToolRule } from './checks/tool-permission.ts';
export type { ComplianceProfile } from './compliance/profile.ts';
export { COMPLIANCE_PROFILES } from './compliance/profiles.ts';
export type { ApprovalDecision, ApprovalHook } from './contract/approval.ts';
export type { Check, CheckResult } from './contract/check.ts';
export type { NodeExecution, NodeOutput, StepNode, ToolAnnotations, ToolCall, UsageEstimate } from './contract/node.ts';
export type { NodeInput } from './contract/node-input.ts';
export type { HumanContext, RuntimeOutcome } from './contract/runtime-outcome.ts';
export type {
  BudgetState,
  PolicyState,
  StepContext,
  StepIdentity,
  StepRun,
  StepUsage,
} from './contract/step-context.ts';
export type { RiskTier, StepFacts } from './contract/step-facts.ts';
export type { RuntimeEvent, RuntimeObserver, StepLedger } from './contract/step-observer.ts';
export type { RecordedCheck, StepRecord } from './contract/step-record.ts';
export { type StepScope, stepScopeOf, withStepScope } from './contract/step-scope.ts';
export type {
  SensitiveMatch,
  SensitiveScanner,
  TextInspector,
  TextSource,
  TextVerdict,
} from './contract/text-inspector.ts';
export type { ModelUsage } from './cost/model-usage.ts';
export type { CallPrice, PriceList } from './cost/price-list.ts';
export { responseUsage } from './cost/response-usage.ts';
export type { StepAccount, StepAccountOptions } from './cost/step-account.ts';
export { StepAccounts } from './cost/step-account.ts';
export { UsageMeter, usageMeterOf, withUsageMeter } from './cost/usage-meter.ts';
export { ConfigurationError, ensureError, SdkError, StepError } from './errors.ts';
export type { BreakerOptions, ExecutionOptions, RetryOptions } from './execution/options.ts';
export { StepAbortedError, StepTimeoutError } from './execution/race.ts';
export type { CostCapGuardrailOptions } from './guardrails/cost-cap.ts';
export { costCapGuardrail } from './guardrails/cost-cap.ts';
export type {
  Guardrail,
  GuardrailAction,
  GuardrailFinding,
  GuardrailResult,
  StackReport,
} from './guardrails/guardrail.ts';
export type { InjectionGuardrailOptions } from './guardrails/injection.ts';
export { injectionGuardrail } from './guardrails/injection.ts';
export type { InjectionDetector, InjectionHit, InjectionReport } from './guardrails/injection-detector.ts';
export { injectionDetector } from './guardrails/injection-detector.ts';
export type { InjectionCategory, InjectionRule } from './guardrails/injection-rules.ts';
export { INJECTION_RULES, INJECTION_RULES_VERSION } from './guardrails/injection-rules.ts';
export type { KeywordGuardrailOptions } from './guardrails/keyword.ts';
export { keywordGuardrail } from './guardrails/keyword.ts';
export type { LengthGuardrailOptions } from './guardrails/length.ts';
export { lengthGuardrail } from './guardrails/length.ts';
export type { PatternGuardrailOptions } from './guardrails/pattern.ts';
export { patternGuardrail } from './guardrails/pattern.ts';
export type { ParsingSchema, SchemaGuardrailOptions } from './guardrails/schema.ts';
export { schemaGuardrail } from './guardrails/schema.ts';
export type { SensitiveGuardrailOptions } from './guardrails/sensitive-text.ts';
export { piiGuardrail, secretGuardrail } from './guardrails/sensitive-text.ts';
export type { GuardrailStack, GuardrailStackOptions } from './guardrails/stack.ts';
export { guardrailStack } from './guardrails/stack.ts';
export type { PolicyDecision, PolicyEngine } from './policy/engine.ts';
export { replayDecision } from './policy/replay.ts';
export type { Operator, PolicyDefinition, PolicyRule, RuleAction, RuleCondition, RuleValue } from './policy/rule.ts';
export type { RiskOptions } from './risk/options.ts';
export type { CheckOrder } from './runtime/check-plan.ts';
export { type GovernOptions, type GovernToolOptions, govern, governTool, type Tool } from './runtime/govern.ts';
export {
  type GovernMcpOptions,
  governMcpClient,
  type McpClient,
  type McpToolRequest,
} from './runtime/govern-mcp-client.ts';
export type { RunScope, RunStart } from './runtime/run-scope.ts';
export type { RuntimeOptions } from './runtime/runtime-options.ts';
export { StepBlockedError, StepPausedError } from './runtime/step-failures.ts';
export { StepRuntime } from './runtime/step-runtime.ts';
export type { ResumeInput } from './runtime/suspended-step.ts';
export type { SensitiveCategory, SensitiveKind } from './sensitive/kinds.ts';
export { SENSITIVE_KINDS } from './sensitive/kinds.ts';
export type { MaskValueOptions } from './sensitive/mask-value.ts';
export type { SensitiveReport } from './sensitive/report.ts';
export { sensitiveReport } from './sensitive/report.ts';
export type { SensitiveScannerOptions, ValueScanner } from './sensitive/scanner.ts';
export { sensitiveScanner } from './sensitive/scanner.ts';
export type { RuntimeStats } from './telemetry/emitter.ts';
