import type { TextInspector, TextSource, TextVerdict } from '../contract/text-inspector.ts';
import { ConfigurationError } from '../errors.ts';
import { isPromise } from '../execution/race.ts';
import type { Guardrail, GuardrailFinding, GuardrailResult, StackReport } from './guardrail.ts';

/** Guardrails and how they are asked. */
export interface GuardrailStackOptions {
  /** In the order in which they are asked; each sees what those before it made of the text. */
  readonly guardrails: readonly Guardrail[];
  /** `strict` ends at the first that blocks, `collect` asks all. Default `strict`. */
  readonly mode?: 'strict' | 'collect';
  /** Longest wait for a guardrail that answers later, milliseconds. Then it blocks. Default 5,000. */
  readonly timeoutMs?: number;
}

/** A stack of guardrails. */
export interface GuardrailStack extends TextInspector {
  /** Asks the guardrails and says what each did. */
  check(text: string, source: TextSource): StackReport | Promise<StackReport>;
}

const PASSED = 'passed';

/**
 * Makes a stack for the checks `input_guardrail` and `output_guardrail`. A guardrail that throws, gives something else than a finding, or
 * does not answer in time blocks.
 * @example
 * new StepRuntime({
 *   policy,
 *   inputGuardrails: guardrailStack({ guardrails: [lengthGuardrail({ max: 20_000 }), injectionGuardrail()] }),
 * });
 * @throws {ConfigurationError} GUARDRAIL_OPTIONS
 */
export function guardrailStack(options: GuardrailStackOptions): GuardrailStack {
  const { guardrails, mode = 'strict', timeoutMs = 5_000 } = options;
  requireOptions(guardrails, mode, timeoutMs);
  const check = (text: string, source: TextSource): StackReport | Promise<StackReport> =>
    askFrom(0, { text, blocked: false, results: [] }, source, guardrails, mode === 'strict', timeoutMs);
  return Object.freeze({
    check,
    inspect(text: string, source: TextSource): TextVerdict | Promise<TextVerdict> {
      const report = check(text, source);
      return isPromise(report) ? report.then(verdictOf) : verdictOf(report);
    },
  });
}

interface Progress {
  text: string;
  blocked: boolean;
  readonly results: GuardrailResult[];
}

function askFrom(
  first: number,
  progress: Progress,
  source: TextSource,
  guardrails: readonly Guardrail[],
  strict: boolean,
  timeoutMs: number,
): StackReport | Promise<StackReport> {
  for (let at = first; at < guardrails.length && !(strict && progress.blocked); at++) {
    const guardrail = guardrails[at] as Guardrail;
    let answer: ReturnType<Guardrail['inspect']>;
    try {
      answer = guardrail.inspect(progress.text, source);
    } catch {
      answer = FAILED;
    }
    if (isPromise(answer)) {
      return within(answer, timeoutMs).then((finding) => {
        take(guardrail, finding, progress);
        return askFrom(at + 1, progress, source, guardrails, strict, timeoutMs);
      });
    }
    take(guardrail, answer, progress);
  }
  const { text, blocked, results } = progress;
  return { allPassed: results.every((result) => result.passed), blocked, finalText: text, results };
}

const FAILED: GuardrailFinding = Object.freeze({ reason: 'guardrail_error', action: 'block' });
const LATE: GuardrailFinding = Object.freeze({ reason: 'guardrail_timeout', action: 'block' });

function within(
  answer: Promise<GuardrailFinding | undefined>,
  timeoutMs: number,
): Promise<GuardrailFinding | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(LATE), timeoutMs);
    const settle = (finding: GuardrailFinding | undefined): void => {
      clearTimeout(timer);
      resolve(finding);
    };
    answer.then(settle, () => settle(FAILED));
  });
}

function take(guardrail: Guardrail, answer: GuardrailFinding | undefined, progress: Progress): void {
  const guardrailName = guardrail.name;
  if (answer === undefined) {
    progress.results.push({ guardrail: guardrailName, passed: true, action: 'none', reason: PASSED });
    return;
  }
  const finding = typeof answer?.reason === 'string' ? answer : FAILED;
  const { reason, detail } = finding;
  let action = finding.action ?? guardrail.action ?? 'block';
  // There is nothing to go on with but the text as it was.
  if (action === 'modify' && typeof finding.text !== 'string') action = 'block';
  if (action === 'modify') progress.text = finding.text ?? '';
  if (action === 'block') progress.blocked = true;
  progress.results.push({ guardrail: guardrailName, passed: false, action, reason, detail });
}

function verdictOf(report: StackReport): TextVerdict {
  const { finalText: text, blocked, results } = report;
  const found = results.find((result) => (blocked ? result.action === 'block' : !result.passed));
  if (found === undefined) return { outcome: 'pass', reason: PASSED, text };
  return { outcome: blocked ? 'deny' : 'warn', reason: found.reason, rule: found.guardrail, text };
}

function requireOptions(guardrails: readonly Guardrail[], mode: string, timeoutMs: number): void {
  if (mode !== 'strict' && mode !== 'collect') {
    throw new ConfigurationError('GUARDRAIL_OPTIONS', 'mode', `\`${mode}\` is neither \`strict\` nor \`collect\``);
  }
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw new ConfigurationError(
      'GUARDRAIL_OPTIONS',
      'timeoutMs',
      `${timeoutMs} is not above 0 milliseconds and below 2^31`,
    );
  }
  const names = new Set<string>();
  for (const [at, { name, inspect }] of guardrails.entries()) {
    const path = `guardrails[${at}]`;
    if (typeof name !== 'string' || name === '' || typeof inspect !== 'function') {
      throw new ConfigurationError('GUARDRAIL_OPTIONS', path, 'a guardrail has a name and a function `inspect`');
    }
    if (names.has(name)) {
      throw new ConfigurationError('GUARDRAIL_OPTIONS', path, `the name \`${name}\` is taken; give \`name\``);
    }
    names.add(name);
  }
}
