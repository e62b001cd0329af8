import type { Truth } from './condition.ts';
import type { PolicyDecision } from './engine.ts';
import type { PolicyRule } from './rule.ts';

/** Whether a rule applies; `undefined` when it can not be told. */
export type RuleTruth = Truth;

const NOTHING: readonly string[] = [];

/**
 * Decides, given which rules apply. A deny wins over all, then an escalation, then an allow; of one kind the rule of the highest priority
 * is named. A rule of which it can not be told whether it applies denies or escalates all the same, and allows nothing.
 * @param rules in order of priority, with `truths` beside them
 */
export function decideRules(
  rules: readonly PolicyRule[],
  truths: readonly RuleTruth[],
  otherwise: 'allow' | 'deny',
  request: string,
): PolicyDecision {
  let deny: PolicyRule | undefined;
  let isDenyCertain = true;
  let escalate: PolicyRule | undefined;
  let isEscalateCertain = true;
  let allow: PolicyRule | undefined;
  let noted = NOTHING;
  let isAlert = false;
  for (let at = 0; at < rules.length; at++) {
    const truth = truths[at];
    const rule = rules[at];
    if (truth === false || rule === undefined) continue;
    if (rule.action === 'deny') {
      if (deny === undefined) isDenyCertain = truth === true;
      deny ??= rule;
    } else if (rule.action === 'escalate') {
      if (escalate === undefined) isEscalateCertain = truth === true;
      escalate ??= rule;
    } else if (truth === true && rule.action === 'allow') {
      allow ??= rule;
    } else if (rule.action !== 'allow') {
      noted = [...noted, rule.name];
      isAlert ||= rule.action === 'alert';
    }
  }
  const shared = { noted, isAlert, request };
  if (deny !== undefined) {
    return { action: 'deny', rule: deny.name, reason: isDenyCertain ? 'denied_by_rule' : 'field_missing', ...shared };
  }
  if (escalate !== undefined) {
    const reason = isEscalateCertain ? 'escalated_by_rule' : 'field_missing';
    return { action: 'escalate', rule: escalate.name, reason, ...shared };
  }
  if (allow !== undefined) return { action: 'allow', rule: allow.name, reason: 'allowed_by_rule', ...shared };
  return { action: otherwise, rule: undefined, reason: 'no_rule', ...shared };
}
