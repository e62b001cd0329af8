import type { TracerProvider } from '@opentelemetry/api';
import type { BudgetOptions } from '../budget/options.ts';
import type { SensitiveDataOptions } from '../checks/sensitive-data.ts';
import type { SlaOptions } from '../checks/sla.ts';
import type { TaintOptions } from '../checks/taint.ts';
import type { TenantOptions } from '../checks/tenant.ts';
import type { ToolPermissionOptions } from '../checks/tool-permission.ts';
import type { ComplianceProfile } from '../compliance/profile.ts';
import type { ApprovalHook } from '../contract/approval.ts';
import type { Check } from '../contract/check.ts';
import type { StepNode } from '../contract/node.ts';
import type { RuntimeObserver, StepLedger } from '../contract/step-observer.ts';
import type { TextInspector } from '../contract/text-inspector.ts';
import type { StepAccountOptions } from '../cost/step-account.ts';
import type { ExecutionOptions } from '../execution/options.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import type { PolicyDefinition } from '../policy/rule.ts';
import type { RiskOptions } from '../risk/options.ts';
import type { EventLoggerProvider } from '../telemetry/logs-api.ts';
import type { CheckOrder } from './check-plan.ts';

/** How a runtime governs. What is left out is not checked, and recorded as `skip`, `not_configured`. */
export interface RuntimeOptions {
  /** Rules, or a policy engine such as Cedar. Without rules everything is allowed that no other check denies. */
  readonly policy: PolicyDefinition | PolicyEngine;
  /** The node of `run`, where the input names none. */
  readonly node?: StepNode;
  /** Takes each record, beside OpenTelemetry. */
  readonly ledger?: StepLedger;
  /** Hears of every event. */
  readonly observer?: RuntimeObserver;
  /** Check of agent credentials: `identityCheck` of `@spanledger/sdk/identity`. */
  readonly identity?: Check;
  /** The app's tenant, a name; or where it comes from. */
  readonly tenant?: string | TenantOptions;
  /** Check of rates: `rateLimitCheck` of `@spanledger/sdk/rate-limit`. */
  readonly rateLimit?: Check;
  readonly budget?: BudgetOptions;
  /** Names of profiles that come with the SDK, or profiles of your own. */
  readonly compliance?: readonly (string | ComplianceProfile)[];
  /** Days for which the collector keeps the ledger (`--retention-ledger-days`; 0 for ever). Too few for a profile in force are refused. */
  readonly retentionDays?: number;
  readonly inputGuardrails?: TextInspector;
  readonly outputGuardrails?: TextInspector;
  readonly sensitiveData?: SensitiveDataOptions;
  readonly risk?: RiskOptions;
  readonly taint?: TaintOptions;
  readonly tools?: ToolPermissionOptions;
  readonly execution?: ExecutionOptions;
  readonly sla?: SlaOptions;
  /** Asks a human about steps that are escalated. Without it they are paused until `resume`. */
  readonly approval?: ApprovalHook;
  /** Order of the checks, and checks of your own. */
  readonly checks?: CheckOrder;
  /** Prices and carbon method for what nodes and providers do not state: `genAiPrices` of `@spanledger/sdk/prices`, `carbonEstimator`. */
  readonly usage?: StepAccountOptions;
  /** Whether inputs and outputs are recorded, not only their digests. Default false. */
  readonly captureContent?: boolean | { readonly input?: boolean; readonly output?: boolean };
  /** Key of the digests, and what closes suspended steps. Default a random one for this process, with which no step can be suspended. */
  readonly digestKey?: Uint8Array | string;
  /** Longest task, and longest text of context and of tool arguments, UTF-16 units. A longer one is denied. Default 1,000,000. */
  readonly maxInputLength?: number;
  /**
   * Runs of which counters, taint and budgets are kept at the same time, some kilobytes each. The oldest without open steps are forgotten first;
   * one that comes back begins anew, its budgets too. Default 10,000.
   */
  readonly maxRuns?: number;
  /** Paused steps that wait for `resume` at the same time; another one is denied. Default 10,000. */
  readonly maxPausedSteps?: number;
  /** Default: the app's own, from `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider;
  /** Default: the app's own, from `@opentelemetry/api` 1.10 or `@opentelemetry/api-logs`. */
  readonly loggerProvider?: EventLoggerProvider;
}
