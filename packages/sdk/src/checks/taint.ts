import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import type { RiskTier } from '../contract/step-facts.ts';
import { deny, pass, warn } from './results.ts';

/** Where untrusted data comes from and what it may reach. */
export interface TaintOptions {
  /** Labels that a tool's results bring in, by the tool's name. */
  readonly sources?: Readonly<Record<string, readonly string[]>>;
  /** Least tier, before taint itself raises it, of a step that tainted data may not reach. Default 3. */
  readonly denyTier?: RiskTier;
  /** Labels that only warn. Default none. */
  readonly warnOnly?: readonly string[];
}

const UNTAINTED = pass('untainted');
const TAINTED = warn('tainted');

/**
 * Follows untrusted data: labels come in with the input, with a tool's results or with an output, and pass along the edges of the run. What
 * is tainted has tier 3 at least, and may not reach steps that write.
 */
export function taintCheck(options: TaintOptions): Check {
  const { denyTier = 3, sources = {} } = options;
  const warnOnly = new Set(options.warnOnly);
  const baseTiers = new WeakMap<StepContext, RiskTier>();

  return {
    name: 'taint',
    phase: 'before',
    gather(step: StepContext) {
      const labels = labelsOf(step);
      if (labels.length === 0) return;
      baseTiers.set(step, step.facts.riskTier);
      step.facts.taintLabels = labels;
      if (step.facts.riskTier < 3) step.facts.riskTier = 3;
    },
    evaluate(step: StepContext): CheckResult {
      const labels = step.facts.taintLabels;
      if (labels.length === 0) return UNTAINTED;
      const strict = labels.find((label) => !warnOnly.has(label));
      const tier = baseTiers.get(step) ?? step.facts.riskTier;
      return strict !== undefined && tier >= denyTier ? deny('tainted', strict) : TAINTED;
    },
    review(step: StepContext) {
      const brought = [...(step.output?.taintLabels ?? []), ...sourceLabels(step)];
      if (brought.length > 0) step.facts.taintLabels = [...new Set([...step.facts.taintLabels, ...brought])];
      return undefined;
    },
  };

  function sourceLabels(step: StepContext): readonly string[] {
    const name = step.input.tool?.name;
    return name !== undefined && Object.hasOwn(sources, name) ? (sources[name] ?? []) : [];
  }
}

const NONE: readonly string[] = [];

function labelsOf(step: StepContext): readonly string[] {
  const { from, taintLabels = NONE } = step.input;
  if (from === undefined) return taintLabels.length < 2 ? taintLabels : [...new Set(taintLabels)];
  const passedOn = from.flatMap((nodeId) => step.run.taintOf(nodeId));
  return passedOn.length === 0 && taintLabels.length === 0 ? NONE : [...new Set([...taintLabels, ...passedOn])];
}
