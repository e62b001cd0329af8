import type { CheckOutcome } from '@spanledger/semconv';
import { CHECKS } from '@spanledger/semconv';
import type { Check } from '../contract/check.ts';
import { ConfigurationError } from '../errors.ts';

/** A check at its place in the record. */
export interface PlacedCheck {
  readonly check: Check;
  /** Place in the arrays of outcomes, reasons and durations. */
  readonly place: number;
}

/** How the checks of a runtime are arranged. */
export interface CheckOrder {
  /** Names of the checks in the order in which they run. `execution` stands between those before and those after it. */
  readonly order?: readonly string[];
  /** Checks of your own: one with a known name takes its place, another one must stand in `order`. */
  readonly custom?: readonly Check[];
  /** Checks whose error lets the step go on instead of denying it. Default none. */
  readonly failOpen?: readonly string[];
}

/** The name of the check at whose place the node is executed. */
export const EXECUTION = 'execution';

/** The checks of a runtime, arranged once. */
export class CheckPlan {
  /** Names in order, as they are recorded. */
  readonly names: readonly string[];
  /** Names of those that decide before execution. */
  readonly namesBefore: readonly string[];
  /** What is recorded of a check that is not asked. */
  readonly outcomes: readonly CheckOutcome[];
  readonly reasons: readonly string[];
  readonly durationsUs: readonly number[];
  readonly before: readonly PlacedCheck[];
  readonly after: readonly PlacedCheck[];
  /** Those of `before` that look at the facts first. */
  readonly gathering: readonly Check[];
  /** Those of `before` that look at what came out. */
  readonly reviewing: readonly PlacedCheck[];
  /** Those that want to know when the attempt is over, with their place among all that are asked before. */
  readonly settling: readonly { readonly check: Check; readonly order: number }[];
  /** Place of execution. */
  readonly executionPlace: number;
  readonly failOpen: ReadonlySet<string>;
  readonly #places: ReadonlyMap<string, number>;

  constructor(configured: readonly Check[], arrangement: CheckOrder = {}) {
    const checks = new Map<string, Check>(configured.map((check) => [check.name, check]));
    for (const check of arrangement.custom ?? []) checks.set(check.name, check);
    this.names = arrangement.order ?? CHECKS;
    this.#places = new Map(this.names.map((name, place) => [name, place]));
    this.failOpen = new Set(arrangement.failOpen);
    this.executionPlace = this.#places.get(EXECUTION) ?? -1;
    refuseBadOrder(this.names, checks, this.executionPlace, this.failOpen);
    const placed = [...checks.values()]
      .map((check) => ({ check, place: this.#places.get(check.name) ?? -1 }))
      .sort((one, other) => one.place - other.place);
    this.before = placed.filter(({ check }) => check.phase === 'before');
    this.after = placed.filter(({ check }) => check.phase === 'after');
    this.gathering = this.before.map(({ check }) => check).filter((check) => check.gather !== undefined);
    this.reviewing = this.before.filter(({ check }) => check.review !== undefined);
    this.settling = this.before
      .map(({ check }, order) => ({ check, order }))
      .filter(({ check }) => check.settle !== undefined);
    this.namesBefore = this.names.slice(0, this.executionPlace);
    this.outcomes = this.names.map(() => 'skip');
    this.reasons = this.names.map((name) =>
      checks.has(name) || name === EXECUTION ? 'not_reached' : 'not_configured',
    );
    this.durationsUs = this.names.map(() => 0);
  }

  /** Place of a check in the record; `undefined` for one that is not in the order. */
  placeOf(name: string): number | undefined {
    return this.#places.get(name);
  }
}

function refuseBadOrder(
  names: readonly string[],
  checks: ReadonlyMap<string, Check>,
  executionPlace: number,
  failOpen: ReadonlySet<string>,
): void {
  const refuse = (path: string, message: string): never => {
    throw new ConfigurationError('CHECK_ORDER', path, message);
  };
  if (new Set(names).size !== names.length) refuse('checks.order', 'a check stands in it twice');
  if (executionPlace === -1) refuse('checks.order', `\`${EXECUTION}\` is missing`);
  for (const name of failOpen)
    if (!names.includes(name)) refuse('checks.failOpen', `\`${name}\` is no check of the order`);
  for (const { name, phase } of checks.values()) {
    const place = names.indexOf(name);
    if (place === -1) refuse('checks.order', `\`${name}\` is configured and does not stand in it`);
    if (place === executionPlace) refuse('checks.custom', `\`${EXECUTION}\` is configured by \`execution\``);
    if (place < executionPlace !== (phase === 'before')) {
      refuse('checks.order', `\`${name}\` must stand ${phase} \`${EXECUTION}\``);
    }
  }
}
