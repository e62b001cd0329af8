import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import type { RiskTier } from '../contract/step-facts.ts';
import { actionClassifier, hasSecretName, higher, tierOfHints } from '../risk/classify.ts';
import { FailureRates } from '../risk/failure-rate.ts';
import type { RiskOptions } from '../risk/options.ts';
import { deny, escalate, pass } from './results.ts';

const TIERS: Readonly<Record<RiskTier, CheckResult>> = {
  1: pass('tier_1'),
  2: pass('tier_2'),
  3: pass('tier_3'),
  4: pass('tier_4'),
};

/**
 * Tells how much harm a step can do: by the words of its node's action and its tool's name, by the tool's hints, by secrets among the
 * arguments, and by how often the node failed lately. Declared tiers are floors: nothing lowers them.
 */
export function riskCheck(options: RiskOptions): Check {
  const classify = actionClassifier(options.words);
  const rates = new FailureRates();
  const { approvalTier = 5, maxTier = 4, readsTask = false } = options;

  return {
    name: 'risk',
    phase: 'before',
    gather(step: StepContext) {
      const { node, input } = step;
      let tier = higher(node.riskTier ?? 1, input.riskTier ?? 1);
      tier = higher(tier, classify(node.action ?? node.id));
      if (input.tool !== undefined) {
        tier = higher(tier, higher(classify(input.tool.name), tierOfHints(input.tool.annotations)));
        if (tier === 3 && hasSecretName(step.toolArguments)) tier = 4;
      }
      if (readsTask) tier = higher(tier, classify(step.task));
      if (rates.of(node.id) > 0.5) tier = higher(tier, 3);
      step.facts.riskTier = higher(step.facts.riskTier, tier);
    },
    evaluate(step: StepContext): CheckResult {
      const { riskTier } = step.facts;
      if (riskTier > maxTier) return deny('tier_too_high', `tier_${riskTier}`);
      return riskTier >= approvalTier ? escalate('approval_required', `tier_${riskTier}`) : TIERS[riskTier];
    },
    review(step: StepContext) {
      rates.note(step.node.id, step.error !== undefined);
      return undefined;
    },
  };
}
