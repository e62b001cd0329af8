import type { StepContext } from '../contract/step-context.ts';
import { ConfigurationError } from '../errors.ts';
import { type Comparison, compileComparison, type Truth } from './condition.ts';
import { decideRules, type RuleTruth } from './decide.ts';
import type { PolicyDecision, PolicyEngine } from './engine.ts';
import { type FieldValue, fieldOf, type PolicyField } from './fields.ts';
import type { PolicyDefinition, PolicyRule } from './rule.ts';

interface CompiledCondition {
  readonly fieldPlace: number;
  readonly holds: Comparison;
}

interface CompiledRule {
  readonly rule: PolicyRule;
  readonly conditions: readonly CompiledCondition[];
}

// A rule whose conditions are misspelt would apply always, so that an `allow` would let everything through.
const POLICY_KEYS: ReadonlySet<string> = new Set(['id', 'version', 'rules', 'otherwise']);
const RULE_KEYS: ReadonlySet<string> = new Set([
  'name',
  'action',
  'conditions',
  'priority',
  'description',
  'framework',
  'enabled',
]);
const CONDITION_KEYS: ReadonlySet<string> = new Set(['field', 'operator', 'value']);

const ACTIONS: ReadonlySet<string> = new Set(['allow', 'deny', 'escalate', 'log', 'alert']);

/**
 * Compiles rules once to predicates. Each field is read once a step, whatever the number of conditions on it.
 * @param frameworks names of the compliance profiles in force; rules of other frameworks are left out
 * @throws {ConfigurationError} POLICY_RULE or POLICY_CONDITION, with the path of what is wrong
 */
export function compilePolicy(policy: PolicyDefinition, frameworks: readonly string[] = []): PolicyEngine {
  checkPolicy(policy);
  const inForce = new Set(frameworks.map((name) => name.toLowerCase()));
  const fieldNames: string[] = [];
  const fields: PolicyField[] = [];
  const placeOf = (name: string, path: string): number => {
    const known = fieldNames.indexOf(name);
    if (known !== -1) return known;
    const field = fieldOf(name);
    if (field === undefined) throw new ConfigurationError('POLICY_CONDITION', path, `\`${name}\` is no field`);
    fieldNames.push(name);
    return fields.push(field) - 1;
  };
  const rules = policy.rules
    .map((rule, ruleAt): CompiledRule => {
      const conditions = (rule.conditions ?? []).map((condition, at) => {
        const path = `policy.rules[${ruleAt}].conditions[${at}]`;
        const fieldPlace = placeOf(condition.field, path);
        return { fieldPlace, holds: compileComparison(condition, fields[fieldPlace]?.kind ?? 'any', path) };
      });
      return { rule, conditions };
    })
    .filter(({ rule }) => rule.enabled !== false)
    .filter(({ rule }) => rule.framework === undefined || inForce.has(rule.framework.toLowerCase()))
    .sort((one, other) => (other.rule.priority ?? 0) - (one.rule.priority ?? 0));
  const names = rules.map(({ rule }) => rule);
  const write = requestWriter(fieldNames, fields);
  const otherwise = policy.otherwise ?? 'allow';

  return {
    id: policy.id,
    version: policy.version,
    decide(step: StepContext): PolicyDecision {
      const values = new Array<FieldValue>(fields.length);
      for (let place = 0; place < fields.length; place++) values[place] = fields[place]?.read(step);
      const truths = new Array<RuleTruth>(rules.length);
      for (let at = 0; at < rules.length; at++) truths[at] = truthOf(rules[at]?.conditions ?? [], values);
      return decideRules(names, truths, otherwise, write(values, truths));
    },
  };
}

/** All conditions hold; or one surely does not; or it can not be said. */
function truthOf(conditions: readonly CompiledCondition[], values: readonly FieldValue[]): Truth {
  let truth: Truth = true;
  for (const { fieldPlace, holds } of conditions) {
    const one = holds(values[fieldPlace]);
    if (one === false) return false;
    if (one === undefined) truth = undefined;
  }
  return truth;
}

const LETTERS = { true: 'T', false: 'F', undefined: 'U' } as const;

/**
 * Writes what was asked: the values of fields, but for content of the step, and of each rule whether it applied (T), did not (F), or
 * could not be told (U). The last request is kept: a step after the other mostly asks the same.
 */
function requestWriter(names: readonly string[], fields: readonly PolicyField[]) {
  let lastValues: readonly FieldValue[] = [];
  let lastRules = '';
  let lastText = '';
  return (values: readonly FieldValue[], truths: readonly RuleTruth[]): string => {
    let rules = '';
    for (const truth of truths) rules += LETTERS[`${truth}`];
    let isSame = rules === lastRules && lastText !== '';
    for (let place = 0; isSame && place < values.length; place++) isSame = values[place] === lastValues[place];
    if (isSame) return lastText;
    const shown = names
      .map((name, place) => [name, values[place]] as const)
      .filter((_entry, place) => fields[place]?.isContent === false);
    lastValues = values;
    lastRules = rules;
    lastText = JSON.stringify({ fields: Object.fromEntries(shown), rules });
    return lastText;
  };
}

function checkPolicy(policy: PolicyDefinition): void {
  const refuse = (path: string, message: string): never => {
    throw new ConfigurationError('POLICY_RULE', path, message);
  };
  const refuseOthers = (thing: object, known: ReadonlySet<string>, path: string): void => {
    const other = Object.keys(thing).find((key) => !known.has(key));
    if (other !== undefined) refuse(`${path}.${other}`, `there is no such key; there are ${[...known].join(', ')}`);
  };
  refuseOthers(policy, POLICY_KEYS, 'policy');
  if (policy.id === '') refuse('policy.id', 'it is empty');
  if (policy.version === '') refuse('policy.version', 'it is empty');
  const names = new Set<string>();
  policy.rules.forEach((rule, at) => {
    const path = `policy.rules[${at}]`;
    refuseOthers(rule, RULE_KEYS, path);
    rule.conditions?.forEach((condition, place) => {
      refuseOthers(condition, CONDITION_KEYS, `${path}.conditions[${place}]`);
    });
    if (rule.name === '') refuse(`${path}.name`, 'it is empty');
    if (names.has(rule.name)) refuse(`${path}.name`, `there is another rule \`${rule.name}\``);
    if (!ACTIONS.has(rule.action))
      refuse(`${path}.action`, `\`${rule.action}\` is no action; there are ${[...ACTIONS].join(', ')}`);
    if (!Number.isFinite(rule.priority ?? 0)) refuse(`${path}.priority`, 'it is no number');
    names.add(rule.name);
  });
}
