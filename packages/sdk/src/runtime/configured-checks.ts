import type { BudgetLimit, BudgetOptions } from '../budget/options.ts';
import { auditCheck } from '../checks/audit.ts';
import { budgetCheck } from '../checks/budget.ts';
import { complianceCheck } from '../checks/compliance.ts';
import { inputGuardrailCheck } from '../checks/input-guardrail.ts';
import { outputGuardrailCheck } from '../checks/output-guardrail.ts';
import { policyCheck } from '../checks/policy.ts';
import { riskCheck } from '../checks/risk.ts';
import { sensitiveDataCheck } from '../checks/sensitive-data.ts';
import { sharedBudgetCheck } from '../checks/shared-budget.ts';
import { slaCheck } from '../checks/sla.ts';
import { taintCheck } from '../checks/taint.ts';
import { tenantCheck } from '../checks/tenant.ts';
import { toolPermissionCheck } from '../checks/tool-permission.ts';
import type { ComplianceProfile } from '../compliance/profile.ts';
import { profilesOf } from '../compliance/profiles.ts';
import type { Check } from '../contract/check.ts';
import { ConfigurationError } from '../errors.ts';
import { compilePolicy } from '../policy/compile.ts';
import type { RuntimeOptions } from './runtime-options.ts';

const MAX_INPUT_LENGTH = 1_000_000;

/** Makes the checks that the options ask for; those of the options' own `checks.custom` stand above them. */
export function configuredChecks(options: RuntimeOptions): readonly Check[] {
  const profiles = profilesOf(options.compliance ?? []);
  requireMasking(profiles, options);
  requireRetention(profiles, options);
  const limits = [...(options.budget?.limits ?? []), ...profiles.map(runLimit)];
  const { tenant } = options;
  const frameworks = profiles.map((profile) => profile.name);
  const policy = 'decide' in options.policy ? options.policy : compilePolicy(options.policy, frameworks);
  const risk = { ...options.risk };
  const checks: (Check | undefined)[] = [
    options.identity,
    tenant === undefined ? undefined : tenantCheck(typeof tenant === 'string' ? { id: tenant } : tenant),
    options.rateLimit,
    limits.length === 0 ? undefined : budgetOf({ ...options.budget, limits }),
    policyCheck(policy),
    profiles.length === 0 ? undefined : complianceCheck(profiles),
    inputGuardrailCheck(options.inputGuardrails, options.maxInputLength ?? MAX_INPUT_LENGTH),
    options.sensitiveData === undefined ? undefined : sensitiveDataCheck(options.sensitiveData),
    riskCheck(risk),
    options.taint === undefined ? undefined : taintCheck(options.taint),
    options.tools === undefined ? undefined : toolPermissionCheck(options.tools),
    options.outputGuardrails === undefined ? undefined : outputGuardrailCheck(options.outputGuardrails),
    auditCheck(),
    slaCheck(options.sla ?? {}),
  ];
  return checks.filter((check) => check !== undefined);
}

function budgetOf(options: BudgetOptions): Check {
  return options.store === undefined ? budgetCheck(options) : sharedBudgetCheck(options, options.store);
}

function runLimit(profile: ComplianceProfile): BudgetLimit {
  return { per: 'run', usd: profile.usdPerRun };
}

function requireMasking(profiles: readonly ComplianceProfile[], options: RuntimeOptions): void {
  const masking = profiles.find((profile) => profile.masksSensitiveData);
  if (masking === undefined || options.sensitiveData !== undefined) return;
  throw new ConfigurationError(
    'COMPLIANCE_PROFILE',
    'sensitiveData',
    `the profile \`${masking.name}\` requires that sensitive text is masked; give a scanner`,
  );
}

function requireRetention(profiles: readonly ComplianceProfile[], { retentionDays }: RuntimeOptions): void {
  if (retentionDays === undefined || retentionDays === 0) return;
  const longer = profiles.find((profile) => profile.retentionDays > retentionDays);
  if (longer === undefined) return;
  throw new ConfigurationError(
    'COMPLIANCE_PROFILE',
    'retentionDays',
    `the profile \`${longer.name}\` requires ${longer.retentionDays} days, and the ledger is kept for ${retentionDays}`,
  );
}
