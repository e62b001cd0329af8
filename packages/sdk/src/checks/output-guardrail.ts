import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import type { TextInspector, TextVerdict } from '../contract/text-inspector.ts';
import { isPromise } from '../execution/race.ts';
import { replaceContent } from '../text/replace-content.ts';
import { deny, pass, skip, warn } from './results.ts';

const CLEAN = pass('clean');
const NO_OUTPUT = skip('no_output');

/** Asks a stack of guardrails about what a node gives back. A `deny` withholds it; text that the stack changes is what the caller gets. */
export function outputGuardrailCheck(inspector: TextInspector): Check {
  return {
    name: 'output_guardrail',
    phase: 'after',
    evaluate(step: StepContext): CheckResult | Promise<CheckResult> {
      const { output } = step;
      if (output === undefined) return NO_OUTPUT;
      const verdict = inspector.inspect(output.content, {
        direction: step.input.tool === undefined ? 'output' : 'tool_result',
        node: step.node.id,
        tool: step.input.tool?.name,
        costUsd: step.usage?.costUsd,
      });
      return isPromise(verdict) ? verdict.then((settled) => take(step, settled)) : take(step, verdict);
    },
  };
}

function take(step: StepContext, verdict: TextVerdict): CheckResult {
  if (verdict.outcome === 'deny') return deny(verdict.reason, verdict.rule);
  if (step.output !== undefined && verdict.text !== step.output.content) {
    const changed = replaceContent(step.output, verdict.text);
    if (changed === undefined)
      return deny('output_unsafe', verdict.rule, 'what a guardrail left of the output is no JSON');
    step.output = changed;
    step.recordedOutput = undefined;
  }
  return verdict.outcome === 'pass' ? CLEAN : warn(verdict.reason, verdict.rule);
}
