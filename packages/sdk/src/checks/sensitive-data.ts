import type { Check, CheckResult } from '../contract/check.ts';
import type { NodeOutput } from '../contract/node.ts';
import type { StepContext } from '../contract/step-context.ts';
import type { SensitiveMatch, SensitiveScanner } from '../contract/text-inspector.ts';
import { ensureError } from '../errors.ts';
import { readText, withoutBytes, writeText } from '../text/json-text.ts';
import { replaceContent } from '../text/replace-content.ts';
import { deny, pass, warn } from './results.ts';

/**
 * What happens where sensitive text is found. `record`: it is masked in all that leaves the process, and the node gets it as it is.
 * `mask`: the node, and the caller, get the masked text too. `deny`: the step is not executed; an output is withheld.
 */
export type SensitiveAction = 'record' | 'mask' | 'deny';

/** How sensitive text is handled. */
export interface SensitiveDataOptions {
  readonly scanner: SensitiveScanner;
  /** By category. Default `record` for each. */
  readonly actions?: Partial<Record<SensitiveMatch['category'], SensitiveAction>>;
}

const NONE_FOUND = pass('none_found');
const RANK: Readonly<Record<SensitiveAction, number>> = { record: 0, mask: 1, deny: 2 };
const LONGEST = 10_000_000;
const NO_MATCHES: readonly SensitiveMatch[] = [];

/**
 * Finds and masks sensitive text in the task, the tool's arguments, the output and the error, before anything leaves the process. Context
 * and attachments are never recorded, and can not be masked for the node: what is to be masked or denied in them denies. The kinds found
 * in all of the input are facts of the step.
 */
export function sensitiveDataCheck(options: SensitiveDataOptions): Check {
  const { scanner, actions = {} } = options;
  const actionFor = (matches: readonly SensitiveMatch[]): SensitiveAction => {
    let strictest: SensitiveAction = 'record';
    for (const { category } of matches) {
      const action = actions[category] ?? 'record';
      if (RANK[action] > RANK[strictest]) strictest = action;
    }
    return strictest;
  };
  const found = new WeakMap<StepContext, Found>();
  const besides = new WeakMap<StepContext, readonly SensitiveMatch[]>();

  return {
    name: 'sensitive_data',
    phase: 'before',
    gather(step) {
      const matches = scanner.scan(step.task);
      const argumentsText = argumentsTextOf(step);
      const inArguments = argumentsText === undefined ? matches : scanner.scan(argumentsText);
      const around = matchesAround(step, scanner);
      if (around.length > 0) besides.set(step, around);
      if (matches.length === 0 && inArguments.length === 0 && around.length === 0) return;
      found.set(step, { task: step.task, matches });
      step.facts.sensitiveKinds = kindsOf([...matches, ...inArguments, ...around]);
    },
    evaluate(step) {
      return (
        maskTask(step) ??
        maskArguments(step) ??
        denyAround(step) ??
        (step.facts.sensitiveKinds.length === 0 ? NONE_FOUND : inputMasked(step))
      );
    },
    review(step) {
      if (step.error !== undefined) step.recordedError = maskedError(step.error, scanner);
      const { output } = step;
      if (output === undefined) return undefined;
      const matches = scanner.scan(output.content);
      if (matches.length === 0) return undefined;
      const action = actionFor(matches);
      step.redacted = true;
      step.recordedOutput = scanner.mask(output.content, matches);
      if (action === 'deny') return deny('output_sensitive', undefined, kindsOf(matches).join(', '));
      if (action === 'mask') {
        const changed = replaceContent(output, step.recordedOutput) ?? maskedOutput(output, scanner);
        if (changed === undefined) return deny('output_unsafe', undefined, 'the masked output is no JSON');
        step.output = changed;
        step.recordedOutput = undefined;
      }
      return warn('output_masked', undefined, kindsOf(matches).join(', '));
    },
  };

  function maskTask(step: StepContext): CheckResult | undefined {
    const known = found.get(step);
    // Guardrails may have changed the task since the facts were gathered.
    const matches =
      known?.task === step.task ? known.matches : known === undefined ? rescan(step) : scanner.scan(step.task);
    if (matches.length === 0) return undefined;
    const action = actionFor(matches);
    const text = scanner.mask(step.task, matches);
    step.redacted = true;
    if (action === 'mask') step.task = text;
    else step.recordedTask = text;
    return action === 'deny' ? deny('input_sensitive', undefined, kindsOf(matches).join(', ')) : undefined;
  }

  function denyAround(step: StepContext): CheckResult | undefined {
    const matches = besides.get(step) ?? NO_MATCHES;
    const action = actionFor(matches);
    if (action === 'record') return undefined;
    return deny(action === 'deny' ? 'context_sensitive' : 'context_unsafe', undefined, kindsOf(matches).join(', '));
  }

  function rescan(step: StepContext): readonly SensitiveMatch[] {
    return step.task === step.input.task ? [] : scanner.scan(step.task);
  }

  function maskArguments(step: StepContext): CheckResult | undefined {
    const text = argumentsTextOf(step);
    if (text === undefined) return undefined;
    const matches = scanner.scan(text);
    if (matches.length === 0) return undefined;
    const action = actionFor(matches);
    step.redacted = true;
    if (action === 'deny') return deny('arguments_sensitive', undefined, kindsOf(matches).join(', '));
    const masked = scanner.mask(text, matches);
    if (step.task === '') step.recordedTask = masked;
    if (action === 'record') return undefined;
    const changed =
      readText(masked, typeof step.toolArguments === 'string') ?? maskedValue(step.toolArguments, scanner);
    if (changed === undefined) return deny('arguments_unsafe', undefined, 'the masked arguments are no JSON');
    step.toolArguments = changed.value;
    return undefined;
  }
}

/** What is found in the context and the attachments. */
function matchesAround({ input }: StepContext, scanner: SensitiveScanner): readonly SensitiveMatch[] {
  const { context, attachments } = input;
  if (context === undefined && attachments === undefined) return NO_MATCHES;
  const written = writeText([context, ...withoutBytes(attachments ?? [])], LONGEST);
  if ('text' in written) return scanner.scan(written.text);
  throw new Error(`context and attachments can not be written as text: ${written.fault}`);
}

interface Found {
  readonly task: string;
  readonly matches: readonly SensitiveMatch[];
}

/** Masks within a value, where masks in its text leave no JSON; `undefined` where something is still left. */
function maskedValue(
  value: unknown,
  scanner: SensitiveScanner,
): { readonly value: unknown; readonly text: string } | undefined {
  if (scanner.maskValue === undefined) return undefined;
  const masked = scanner.maskValue(value);
  const written = writeText(masked, LONGEST);
  if (!('text' in written) || scanner.scan(written.text).length > 0) return undefined;
  return { value: masked, text: written.text };
}

function maskedOutput(output: NodeOutput, scanner: SensitiveScanner): NodeOutput | undefined {
  const masked = maskedValue(output.value, scanner);
  return masked === undefined ? undefined : replaceContent(output, masked.text);
}

function argumentsTextOf(step: StepContext): string | undefined {
  if (step.toolArguments === undefined) return undefined;
  const written = writeText(step.toolArguments, LONGEST);
  if ('text' in written) return written.text;
  throw new Error(`the tool's arguments can not be written as text: ${written.fault}`);
}

function inputMasked(step: StepContext): CheckResult {
  // What was found in context or attachments alone is not recorded at all.
  return warn(step.redacted ? 'masked' : 'context_sensitive', undefined, step.facts.sensitiveKinds.join(', '));
}

function kindsOf(matches: readonly SensitiveMatch[]): readonly string[] {
  return [...new Set(matches.map((match) => match.kind))];
}

function maskedError(error: Error, scanner: SensitiveScanner): Error {
  const maskText = (text: string): string => scanner.mask(text, scanner.scan(text));
  try {
    const masked = new Error(maskText(error.message));
    masked.name = error.name;
    masked.stack = maskText(error.stack ?? '');
    return masked;
  } catch (failure) {
    // An error whose fields throw is recorded by what they throw.
    return ensureError(failure);
  }
}
