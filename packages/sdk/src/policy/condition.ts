import { ConfigurationError } from '../errors.ts';
import type { FieldKind, FieldValue } from './fields.ts';
import type { Operator, RuleCondition, RuleValue } from './rule.ts';

/** Whether a condition holds; `undefined` when it can not be said: the field is missing, or its value is of another kind. */
export type Truth = boolean | undefined;

/** Compares a field's value. */
export type Comparison = (value: FieldValue) => Truth;

const OPERATORS: ReadonlySet<string> = new Set<Operator>([
  'eq',
  'neq',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  'contains',
  'exists',
]);
const ORDERS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  gt: (one, other) => one > other,
  gte: (one, other) => one >= other,
  lt: (one, other) => one < other,
  lte: (one, other) => one <= other,
};

/** Compiles a condition over a field of a kind. @throws {ConfigurationError} POLICY_CONDITION when the two do not go together */
export function compileComparison(condition: RuleCondition, kind: FieldKind, path: string): Comparison {
  const { operator, value } = condition;
  const refuse = (message: string): never => {
    throw new ConfigurationError('POLICY_CONDITION', path, message);
  };
  if (!OPERATORS.has(operator)) return refuse(`\`${operator}\` is no operator; there are ${[...OPERATORS].join(', ')}`);
  if (operator === 'exists') return exists(value, refuse);
  if (value === undefined) return refuse(`\`${operator}\` needs a value`);
  const order = ORDERS[operator];
  if (order !== undefined) {
    if (typeof value !== 'number' || Number.isNaN(value))
      return refuse(`\`${operator}\` compares numbers, not ${JSON.stringify(value)}`);
    if (kind !== 'number' && kind !== 'any') return refuse(`\`${condition.field}\` is no number`);
    return (read) => (typeof read === 'number' && !Number.isNaN(read) ? order(read, value) : undefined);
  }
  if (operator === 'contains') return contains(value, kind, condition.field, refuse);
  if (operator === 'eq' || operator === 'neq') return equals(value, operator === 'eq', kind, condition.field, refuse);
  return isIn(value, operator === 'in', kind, condition.field, refuse);
}

type Refuse = (message: string) => never;

function exists(value: RuleValue | undefined, refuse: Refuse): Comparison {
  if (value !== undefined && typeof value !== 'boolean') return refuse('`exists` takes true or false');
  const wanted = value ?? true;
  return (read) => (read !== undefined) === wanted;
}

function equals(value: RuleValue, wanted: boolean, kind: FieldKind, field: string, refuse: Refuse): Comparison {
  if (typeof value === 'object') return refuse('a list is compared with `in`');
  if (kind !== 'any' && kind !== typeOf(value)) return refuse(`\`${field}\` is never a ${typeof value}`);
  return (read) => (typeof read === typeof value ? (read === value) === wanted : undefined);
}

function isIn(value: RuleValue, wanted: boolean, kind: FieldKind, field: string, refuse: Refuse): Comparison {
  if (typeof value !== 'object') return refuse('`in` and `not_in` take a list');
  const types = new Set<string>(value.map((item) => typeof item));
  if (types.size !== 1) return refuse('the list must hold values of one kind, and at least one');
  const [type = ''] = types;
  if (kind === 'texts') return refuse(`\`${field}\` is a list; use \`contains\``);
  if (kind !== 'any' && kind !== (type === 'string' ? 'text' : type)) return refuse(`\`${field}\` is never a ${type}`);
  const known = new Set<unknown>(value);
  return (read) => (typeof read === type ? known.has(read) === wanted : undefined);
}

function contains(value: RuleValue, kind: FieldKind, field: string, refuse: Refuse): Comparison {
  if (typeof value !== 'string') return refuse('`contains` takes a text');
  if (kind === 'number' || kind === 'boolean') return refuse(`\`${field}\` is a ${kind}`);
  return (read) => (typeof read === 'string' || Array.isArray(read) ? read.includes(value) : undefined);
}

function typeOf(value: string | number | boolean): FieldKind {
  return typeof value === 'string' ? 'text' : (typeof value as FieldKind);
}
