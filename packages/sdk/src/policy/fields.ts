import type { StepContext } from '../contract/step-context.ts';

/** Kind of a field's value. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'texts' | 'any';

/** A value that a condition can read; `undefined` when it is missing. */
export type FieldValue = string | number | boolean | readonly string[] | undefined;

/** How a field is read. */
export interface PolicyField {
  readonly kind: FieldKind;
  /** Whether the value is content of the step, which no record holds. */
  readonly isContent: boolean;
  read(step: StepContext): FieldValue;
}

const field = (kind: FieldKind, read: (step: StepContext) => FieldValue): PolicyField => ({
  kind,
  isContent: false,
  read,
});
const NONE: readonly string[] = [];

/** The fields that every step has. A step without a tool has the tool name ''. */
export const POLICY_FIELDS: Readonly<Record<string, PolicyField>> = {
  'agent.name': field('text', (step) => step.node.agent ?? (step.node.kind === 'agent' ? step.node.id : '')),
  attempt: field('number', (step) => step.attempt),
  'edge.from': field('texts', (step) => step.input.from ?? NONE),
  'estimate.cost_usd': field('number', (step) => (step.input.estimate ?? step.node.estimate)?.costUsd ?? 0),
  'estimate.tokens': field('number', (step) => (step.input.estimate ?? step.node.estimate)?.tokens ?? 0),
  'identity.delegation': field('texts', (step) => step.identity?.delegation ?? NONE),
  'identity.method': field('text', (step) => step.identity?.method ?? ''),
  'identity.scopes': field('texts', (step) => step.identity?.scopes ?? NONE),
  'identity.subject': field('text', (step) => step.identity?.subject ?? ''),
  'input.length': field('number', (step) => step.task.length),
  'node.action': field('text', (step) => step.node.action ?? ''),
  'node.id': field('text', (step) => step.node.id),
  'node.kind': field('text', (step) => step.node.kind ?? (step.input.tool === undefined ? 'native' : 'tool')),
  'risk.tier': field('number', (step) => step.facts.riskTier),
  'run.workflow': field('text', (step) => step.run.workflow ?? ''),
  'sensitive.kinds': field('texts', (step) => step.facts.sensitiveKinds),
  'taint.labels': field('texts', (step) => step.facts.taintLabels),
  'tenant.id': field('text', (step) => step.tenant ?? ''),
  'tool.name': field('text', (step) => step.input.tool?.name ?? ''),
  visit: field('number', (step) => step.visit),
};

const ROOTS: Readonly<Record<string, (step: StepContext) => unknown>> = {
  'context.': (step) => step.input.context,
  'metadata.': (step) => step.input.metadata,
  'tool.arguments.': (step) => step.toolArguments,
};

/** Finds the field of a name; `undefined` when there is none. */
export function fieldOf(name: string): PolicyField | undefined {
  if (Object.hasOwn(POLICY_FIELDS, name)) return POLICY_FIELDS[name];
  for (const [root, start] of Object.entries(ROOTS)) {
    if (!name.startsWith(root) || name.length === root.length) continue;
    const path = name.slice(root.length).split('.');
    return { kind: 'any', isContent: true, read: (step) => valueAt(start(step), path) };
  }
  return undefined;
}

/** Follows own properties only: what a prototype has is no argument. */
function valueAt(start: unknown, path: readonly string[]): FieldValue {
  let value = start;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
