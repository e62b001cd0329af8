import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import { deny, pass } from './results.ts';

/** Where the tenant of a step comes from. It is never read from a task, a context or an output. */
export interface TenantOptions {
  /** The app's tenant. Default: the one that the credential names. */
  readonly id?: string;
}

const CONFIGURED = pass('configured');
const OF_CREDENTIAL = pass('of_credential');
const MATCHES = pass('matches');

/** Gives each step its tenant. One whose credential, or whose calling process, names another tenant is denied. */
export function tenantCheck(options: TenantOptions): Check {
  const { id } = options;
  return {
    name: 'tenant',
    phase: 'before',
    evaluate(step: StepContext): CheckResult {
      const proven = step.identity?.tenant;
      const tenant = id ?? proven;
      if (tenant === undefined) return deny('tenant_unknown');
      if (proven !== undefined && proven !== tenant)
        return deny('tenant_mismatch', undefined, 'the credential names another');
      if (step.callerTenant !== undefined && step.callerTenant !== tenant) {
        return deny('tenant_mismatch', undefined, 'the caller names another');
      }
      step.tenant = tenant;
      if (proven === undefined) return CONFIGURED;
      return id === undefined ? OF_CREDENTIAL : MATCHES;
    },
  };
}
