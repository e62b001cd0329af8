export type { Check, CheckResult } from './contract/check.ts';
export type { NodeExecution, NodeOutput, StepNode, ToolAnnotations, ToolCall, UsageEstimate } from './contract/node.ts';
export type { NodeInput } from './contract/node-input.ts';
export type { HumanContext, RuntimeOutcome } from './contract/runtime-outcome.ts';
export type { BudgetState, PolicyState, RunNames, StepContext, StepIdentity } from './contract/step-context.ts';
export type { RiskTier, StepFacts } from './contract/step-facts.ts';
export type { RecordedCheck, StepRecord } from './contract/step-record.ts';
export { type StepScope, stepScopeOf, withStepScope } from './contract/step-scope.ts';
export type {
  SensitiveMatch,
  SensitiveScanner,
  TextInspector,
  TextSource,
  TextVerdict,
} from './contract/text-inspector.ts';
export { ConfigurationError, ensureError, SdkError, StepError } from './errors.ts';
