import type { Check, CheckResult } from '../contract/check.ts';
import type { StepContext, StepRun } from '../contract/step-context.ts';
import { ConfigurationError } from '../errors.ts';
import { isPromise } from '../execution/race.ts';
import { deny, pass, skip } from './results.ts';

/** A schema of the Standard Schema interface, which zod, valibot, arktype and others have. */
export interface ArgumentSchema {
  readonly '~standard': {
    validate(value: unknown): ArgumentVerdict | Promise<ArgumentVerdict>;
  };
}

/** What a schema says of arguments. */
export interface ArgumentVerdict {
  readonly value?: unknown;
  readonly issues?: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] | undefined;
}

/** What one tool may do. */
export interface ToolRule {
  /** Arguments that do not fit are denied. What the schema makes of them is what the tool gets. */
  readonly schema?: ArgumentSchema;
  /** Agents that may call it, by subject, agent name or node. Default all. */
  readonly agents?: readonly string[];
  /** Most calls in a run. */
  readonly callsPerRun?: number;
  /** Most calls in any minute, of each agent. */
  readonly callsPerMinute?: number;
  /** Most that one call may be expected to cost, US dollars. A call without an estimate is denied. */
  readonly maxCostUsd?: number;
}

/** Which tools may be called. */
export interface ToolPermissionOptions {
  /** By name. A name that ends with `*` stands for all that begin so; the longest that fits counts. A tool that fits none is denied. */
  readonly allow: Readonly<Record<string, ToolRule>>;
  /** Names, or beginnings with `*`, that are denied whatever `allow` says. */
  readonly deny?: readonly string[];
}

const NO_TOOL = skip('no_tool');
const ALLOWED = pass('allowed');
const MINUTE_MS = 60_000;
const MOST_WINDOWS = 100_000;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Allows tool calls by list, and holds each to its rule. Calls are counted when they are allowed. */
export function toolPermissionCheck(options: ToolPermissionOptions, now: () => number = Date.now): Check {
  const rules = new Map(Object.entries(options.allow));
  const allowed = patternsOf([...rules.keys()]);
  const denied = patternsOf(options.deny ?? []);
  for (const [name, rule] of rules) checkRule(name, rule);
  const callsOfRuns = new WeakMap<StepRun, Map<string, number>>();
  const windows = new Map<string, number[]>();

  return {
    name: 'tool_permission',
    phase: 'before',
    evaluate(step: StepContext): CheckResult | Promise<CheckResult> {
      const { tool } = step.input;
      if (tool === undefined) return NO_TOOL;
      const forbidden = matching(denied, tool.name);
      if (forbidden !== undefined) return deny('tool_forbidden', forbidden);
      const pattern = matching(allowed, tool.name);
      const rule = pattern === undefined ? undefined : rules.get(pattern);
      if (pattern === undefined || rule === undefined) return deny('tool_not_allowed');
      if (hasForbiddenKey(step.toolArguments, 0)) return deny('forbidden_key', pattern);
      const limit = overLimit(step, pattern, rule);
      if (limit !== undefined) return deny(limit, pattern);
      if (rule.schema === undefined) return count(step, pattern, rule);
      const verdict = rule.schema['~standard'].validate(step.toolArguments);
      return isPromise(verdict)
        ? verdict.then((settled) => takeSchema(step, pattern, rule, settled))
        : takeSchema(step, pattern, rule, verdict);
    },
  };

  function takeSchema(step: StepContext, pattern: string, rule: ToolRule, verdict: ArgumentVerdict): CheckResult {
    const [issue] = verdict.issues ?? [];
    if (issue !== undefined) return deny('arguments_invalid', pattern, pathOf(issue.path));
    step.toolArguments = verdict.value;
    return count(step, pattern, rule);
  }

  function overLimit(step: StepContext, pattern: string, rule: ToolRule): string | undefined {
    const agents = [step.identity?.subject, step.node.agent, step.node.id];
    if (rule.agents !== undefined && !rule.agents.some((agent) => agents.includes(agent))) return 'agent_not_allowed';
    if (rule.maxCostUsd !== undefined) {
      const cost = (step.input.estimate ?? step.node.estimate)?.costUsd;
      if (cost === undefined || cost > rule.maxCostUsd) return 'over_cost';
    }
    const calls = callsOfRuns.get(step.run)?.get(pattern) ?? 0;
    if (calls >= (rule.callsPerRun ?? Number.POSITIVE_INFINITY)) return 'over_calls_per_run';
    if (rule.callsPerMinute === undefined) return undefined;
    const key = windowKey(step, pattern);
    const recent = (windows.get(key) ?? []).filter((time) => now() - time < MINUTE_MS);
    if (recent.length === 0 && windows.size >= MOST_WINDOWS) sweep();
    windows.set(key, recent);
    return recent.length >= rule.callsPerMinute ? 'over_rate' : undefined;
  }

  function count(step: StepContext, pattern: string, rule: ToolRule): CheckResult {
    // A schema may have taken its time: two calls must not pass on the same count.
    const limit = rule.schema === undefined ? undefined : overLimit(step, pattern, rule);
    if (limit !== undefined) return deny(limit, pattern);
    if (rule.callsPerRun !== undefined) {
      let calls = callsOfRuns.get(step.run);
      if (calls === undefined) {
        calls = new Map();
        callsOfRuns.set(step.run, calls);
      }
      calls.set(pattern, (calls.get(pattern) ?? 0) + 1);
    }
    if (rule.callsPerMinute !== undefined) windows.get(windowKey(step, pattern))?.push(now());
    return ALLOWED;
  }

  /** Forgets windows in which nothing is left. */
  function sweep(): void {
    for (const [key, times] of windows) if (now() - (times.at(-1) ?? 0) >= MINUTE_MS) windows.delete(key);
  }
}

function windowKey(step: StepContext, pattern: string): string {
  return `${pattern}\n${step.identity?.subject ?? step.node.agent ?? step.node.id}`;
}

/** Longest first, so that the most exact name counts. */
function patternsOf(names: readonly string[]): readonly string[] {
  return names.toSorted((one, other) => other.length - one.length);
}

function matching(patterns: readonly string[], name: string): string | undefined {
  return patterns.find((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name));
}

/** Whether a value has, at any depth, an own key that reaches a prototype once it is copied carelessly. */
function hasForbiddenKey(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > 100) return true;
  return Object.keys(value).some(
    (key) => FORBIDDEN_KEYS.has(key) || hasForbiddenKey((value as Record<string, unknown>)[key], depth + 1),
  );
}

function pathOf(path: readonly unknown[] | undefined): string {
  const names = (path ?? []).map((part) =>
    typeof part === 'object' && part !== null && 'key' in part ? part.key : part,
  );
  return `at ${names.length === 0 ? 'the top' : names.map(String).join('.')}`;
}

function checkRule(name: string, rule: ToolRule): void {
  for (const field of ['callsPerRun', 'callsPerMinute', 'maxCostUsd'] as const) {
    const value = rule[field];
    if (value !== undefined && !(value >= 0)) {
      throw new ConfigurationError('TOOL_RULE', `tools.allow.${name}.${field}`, `${value} is less than 0`);
    }
  }
}
