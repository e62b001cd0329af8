import type { ComplianceProfile } from '../compliance/profile.ts';
import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import { deny, escalate, pass } from './results.ts';

const COMPLIANT = pass('compliant');

interface CompiledProfile {
  readonly profile: ComplianceProfile;
  readonly phrases: RegExp | undefined;
  readonly nodes: ReadonlySet<string> | undefined;
}

/** Holds every step to the profiles in force; the first that it breaks is named, with the control. */
export function complianceCheck(profiles: readonly ComplianceProfile[]): Check {
  const compiled = profiles.map((profile) => ({
    profile,
    phrases: phrasePattern(profile.forbiddenPhrases),
    nodes: profile.approvedNodes === undefined ? undefined : new Set(profile.approvedNodes),
  }));
  const names = profiles.map((profile) => profile.name).join('+');

  return {
    name: 'compliance',
    phase: 'before',
    evaluate(step: StepContext): CheckResult {
      step.complianceProfile = names;
      let pending: CheckResult | undefined;
      for (const one of compiled) {
        const broken = brokenBefore(step, one);
        if (broken !== undefined) return deny(broken, controlOf(one.profile, REASONS[broken]));
        const { approvalTier } = one.profile;
        if (approvalTier !== undefined && step.facts.riskTier >= approvalTier) {
          pending ??= escalate('approval_required', controlOf(one.profile, 'approvalTier'));
        }
      }
      return pending ?? COMPLIANT;
    },
    review(step: StepContext): CheckResult | undefined {
      const confidence = step.output?.confidence;
      if (confidence === undefined) return undefined;
      const strict = profiles.find((profile) => confidence < profile.minConfidence);
      if (strict === undefined) return undefined;
      return deny('confidence_low', controlOf(strict, 'minConfidence'), `${confidence} < ${strict.minConfidence}`);
    },
  };
}

/** Reason codes, and the field of the profile behind each. */
const REASONS = {
  input_too_long: 'maxInputLength',
  context_too_large: 'maxContextKeys',
  too_many_in_a_row: 'maxConsecutiveSteps',
  node_not_approved: 'approvedNodes',
  forbidden_phrase: 'forbiddenPhrases',
} as const;

function brokenBefore(
  step: StepContext,
  { profile, phrases, nodes }: CompiledProfile,
): keyof typeof REASONS | undefined {
  const none = Number.POSITIVE_INFINITY;
  if (step.task.length > (profile.maxInputLength ?? none)) return 'input_too_long';
  if (step.input.context !== undefined && Object.keys(step.input.context).length > (profile.maxContextKeys ?? none)) {
    return 'context_too_large';
  }
  if (step.run.consecutiveSteps(step.node.id) > (profile.maxConsecutiveSteps ?? none)) return 'too_many_in_a_row';
  if (nodes !== undefined && !nodes.has(step.node.id)) return 'node_not_approved';
  return phrases?.test(step.task) ? 'forbidden_phrase' : undefined;
}

function controlOf(profile: ComplianceProfile, field: string): string {
  return `${profile.name}:${profile.controls?.[field] ?? field}`;
}

function phrasePattern(phrases: readonly string[] | undefined): RegExp | undefined {
  if (phrases === undefined || phrases.length === 0) return undefined;
  const escaped = phrases.map((phrase) => phrase.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'iu');
}
