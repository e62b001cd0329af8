import { EVENT_STEP_SLA_BREACHED } from '@spanledger/semconv';
import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import { pass, skip, warn } from './results.ts';

/** Service level targets, milliseconds. A node's own `slaTargetMs` stands above both. */
export interface SlaOptions {
  /** For nodes that have none. */
  readonly targetMs?: number;
  /** By node. */
  readonly nodes?: Readonly<Record<string, number>>;
}

const NO_TARGET = skip('no_target');
const MET = pass('met');
const MISSED = warn('missed');

/** Compares how long a step took with its target. Percentiles over many steps are the collector's, from the recorded durations. */
export function slaCheck(options: SlaOptions): Check {
  const nodes = new Map(Object.entries(options.nodes ?? {}));
  return {
    name: 'sla',
    phase: 'after',
    evaluate(step: StepContext): CheckResult {
      const target = step.slaTargetMs ?? step.node.slaTargetMs ?? nodes.get(step.node.id) ?? options.targetMs;
      if (target === undefined) return NO_TARGET;
      step.slaTargetMs = target;
      if (!step.executed) return skip('not_executed');
      step.slaMet = step.elapsedMs() <= target;
      if (!step.slaMet) step.emit(EVENT_STEP_SLA_BREACHED, 'missed', `target ${target} ms`);
      return step.slaMet ? MET : MISSED;
    },
  };
}
