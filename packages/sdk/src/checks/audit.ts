import type { Check } from '../contract/check.ts';
import { pass, warn } from './results.ts';

const RECORDED = pass('recorded');
const NOT_RECORDED = warn('not_recorded', undefined, 'the sampler dropped the span, or no tracer is registered');

/** Says whether the step's record goes out. It never blocks: telemetry that fails does not fail the app. */
export function auditCheck(): Check {
  return { name: 'audit', phase: 'after', evaluate: (step) => (step.isRecorded() ? RECORDED : NOT_RECORDED) };
}
