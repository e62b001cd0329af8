import type { CheckResult } from '../contract/check.ts';

/** Makes results that never change once, so that a step makes none. */
export const pass = (reason: string): CheckResult => Object.freeze({ outcome: 'pass', reason });
/** A result that notes something and lets the step go on. */
export const warn = (reason: string, rule?: string, detail?: string): CheckResult => ({
  outcome: 'warn',
  reason,
  rule,
  detail,
});
/** A result that blocks the step. */
export const deny = (reason: string, rule?: string, detail?: string): CheckResult => ({
  outcome: 'deny',
  reason,
  rule,
  detail,
});
/** A result that asks a human. */
export const escalate = (reason: string, rule?: string, detail?: string): CheckResult => ({
  outcome: 'escalate',
  reason,
  rule,
  detail,
});
/** A result of a check that had nothing to look at. */
export const skip = (reason: string): CheckResult => Object.freeze({ outcome: 'skip', reason });
