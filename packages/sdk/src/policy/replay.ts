import { SdkError } from '../errors.ts';
import { decideRules, type RuleTruth } from './decide.ts';
import type { PolicyDecision } from './engine.ts';
import type { PolicyDefinition } from './rule.ts';

/**
 * Decides again what a record says was asked, with the policy of its version: the same request gives the same decision.
 * @param request `policyRequest` of a step's record, `spanledger.policy.request` of its decision
 * @param frameworks names of the compliance profiles that were in force
 * @throws {SdkError} POLICY_REQUEST when the request is none of this policy
 * @example
 * const { action, rule } = replayDecision(policy, record.policyRequest);
 */
export function replayDecision(
  policy: PolicyDefinition,
  request: string,
  frameworks: readonly string[] = [],
): PolicyDecision {
  const inForce = new Set(frameworks.map((name) => name.toLowerCase()));
  const rules = policy.rules
    .filter((rule) => rule.enabled !== false)
    .filter((rule) => rule.framework === undefined || inForce.has(rule.framework.toLowerCase()))
    .toSorted((one, other) => (other.priority ?? 0) - (one.priority ?? 0));
  return decideRules(rules, truthsOf(request, rules.length), policy.otherwise ?? 'allow', request);
}

function truthsOf(request: string, count: number): readonly RuleTruth[] {
  const refuse = (message: string): never => {
    throw new SdkError('POLICY_REQUEST', `the request can not be replayed: ${message}`);
  };
  let letters: unknown;
  try {
    letters = JSON.parse(request)?.rules;
  } catch (error) {
    return refuse(`it is no JSON (${String(error)})`);
  }
  if (typeof letters !== 'string' || !/^[TFU]*$/.test(letters)) return refuse('it does not say which rules applied');
  if (letters.length !== count) return refuse(`it tells of ${letters.length} rules and the policy has ${count}`);
  return [...letters].map((letter) => (letter === 'U' ? undefined : letter === 'T'));
}
