import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import { isPromise } from '../execution/race.ts';
import type { PolicyDecision, PolicyEngine } from '../policy/engine.ts';
import { deny, escalate, pass, warn } from './results.ts';

const ALLOWED = pass('allowed_by_rule');
const NO_RULE = pass('no_rule');

/** Asks the policy. The record holds its id and version, the rule that decided, and what was asked. */
export function policyCheck(engine: PolicyEngine): Check {
  const { id, version } = engine;
  const take = (step: StepContext, decision: PolicyDecision): CheckResult => {
    step.policy = { id, version, rule: decision.rule ?? decision.noted[0], request: decision.request };
    if (decision.action === 'deny') return deny(decision.reason, decision.rule);
    if (decision.action === 'escalate') return escalate(decision.reason, decision.rule);
    if (decision.isAlert) return warn('alert', decision.noted[0]);
    return decision.rule === undefined ? NO_RULE : ALLOWED;
  };
  return {
    name: 'policy',
    phase: 'before',
    evaluate(step) {
      step.policy = { id, version };
      const decision = engine.decide(step);
      return isPromise(decision) ? decision.then((settled) => take(step, settled)) : take(step, decision);
    },
  };
}
