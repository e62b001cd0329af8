import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext } from '../contract/step-context.ts';
import type { TextInspector, TextSource, TextVerdict } from '../contract/text-inspector.ts';
import { isPromise } from '../execution/race.ts';
import { readText, withoutBytes, writeText } from '../text/json-text.ts';
import { deny, pass, warn } from './results.ts';

const CLEAN = pass('clean');

/**
 * Asks a stack of guardrails about all that a node is given: the whole task, the context, attachments and the tool's arguments, whatever
 * their length. Text that the stack changes is what the node gets and what is recorded.
 * @param inspector the stack; without one only the length is looked at
 * @param maxLength UTF-16 units of each text
 */
export function inputGuardrailCheck(inspector: TextInspector | undefined, maxLength: number): Check {
  return {
    name: 'input_guardrail',
    phase: 'before',
    evaluate(step: StepContext): CheckResult | Promise<CheckResult> {
      if (step.task.length > maxLength) return tooLong('the task', step.task.length, maxLength);
      const { context, attachments, tool } = step.input;
      if (context !== undefined || attachments !== undefined || tool?.arguments !== undefined)
        return inspectAll(inspector, maxLength, step);
      if (inspector === undefined) return CLEAN;
      const verdict = inspector.inspect(step.task, sourceOf(step, 'input'));
      return isPromise(verdict) ? verdict.then((settled) => takeTask(step, settled)) : takeTask(step, verdict);
    },
  };
}

function takeTask(step: StepContext, verdict: TextVerdict): CheckResult {
  if (verdict.outcome === 'deny') return deny(verdict.reason, verdict.rule);
  step.task = verdict.text;
  return verdict.outcome === 'pass' ? CLEAN : warn(verdict.reason, verdict.rule);
}

async function inspectAll(
  inspector: TextInspector | undefined,
  maxLength: number,
  step: StepContext,
): Promise<CheckResult> {
  const { context, attachments, tool } = step.input;
  const texts = [
    { part: 'the context', value: context, direction: 'input' },
    { part: 'the attachments', value: attachments && withoutBytes(attachments), direction: 'input' },
    { part: 'the tool arguments', value: tool?.arguments, direction: 'tool_arguments' },
  ] as const;
  let worst = CLEAN;
  for (const { part, value, direction } of texts) {
    if (value === undefined) continue;
    const written = writeText(value, maxLength);
    if (!('text' in written))
      return written.fault === 'too_long' ? tooLong(part, undefined, maxLength) : deny(written.fault, undefined, part);
    if (inspector === undefined) continue;
    const verdict = await inspector.inspect(written.text, sourceOf(step, direction));
    if (verdict.outcome === 'deny') return deny(verdict.reason, verdict.rule, part);
    if (verdict.outcome === 'warn') worst = warn(verdict.reason, verdict.rule, part);
    if (verdict.text === written.text) continue;
    if (part === 'the context')
      return deny('context_unsafe', verdict.rule, 'a guardrail would change the context; pass it in the task');
    if (part === 'the attachments')
      return deny('attachments_unsafe', verdict.rule, 'a guardrail would change an attachment; pass it in the task');
    const changed = readText(verdict.text, typeof value === 'string');
    if (changed === undefined)
      return deny('arguments_unsafe', verdict.rule, 'what a guardrail left of the arguments is no JSON');
    step.toolArguments = changed.value;
  }
  if (inspector === undefined) return worst;
  const result = takeTask(step, await inspector.inspect(step.task, sourceOf(step, 'input')));
  return result === CLEAN ? worst : result;
}

function sourceOf(step: StepContext, direction: TextSource['direction']): TextSource {
  return {
    direction,
    node: step.node.id,
    tool: step.input.tool?.name,
    costUsd: (step.input.estimate ?? step.node.estimate)?.costUsd,
  };
}

function tooLong(part: string, length: number | undefined, maxLength: number): CheckResult {
  const has = length === undefined ? 'is' : `has ${length} characters,`;
  return deny('too_long', undefined, `${part} ${has} more than ${maxLength}`);
}
