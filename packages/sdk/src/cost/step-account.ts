import { diag } from '@opentelemetry/api';
import type { CarbonEstimator } from '../carbon/carbon-estimator.ts';
import type { NodeOutput } from '../contract/node.ts';
import type { ModelUsage } from './model-usage.ts';
import { nameOfModel, type PriceList, priceCalls } from './price-list.ts';
import type { UsageMeter } from './usage-meter.ts';

/** What one attempt of a step used. What nobody said is `undefined`, never 0. */
export interface StepAccount {
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** US dollars. */
  readonly costUsd: number | undefined;
  readonly costSource: 'provider' | 'sdk' | undefined;
  /** Grams of CO2 equivalent. */
  readonly carbonGrams: number | undefined;
  readonly carbonMethod: string | undefined;
}

/** What accounts are made with. */
export interface StepAccountOptions {
  readonly prices?: PriceList | undefined;
  readonly carbon?: CarbonEstimator | undefined;
  /** Told once of each model without a price or a size. Default: OpenTelemetry's diagnostics. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Most models that warnings are remembered of. */
const MOST_WARNINGS = 1000;

/** Finds what steps used: the node's own words first, then those of the model calls below it. */
export class StepAccounts {
  readonly #prices: PriceList | undefined;
  readonly #carbon: CarbonEstimator | undefined;
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<string>();

  constructor(options: StepAccountOptions = {}) {
    this.#prices = options.prices;
    this.#carbon = options.carbon;
    this.#warn = options.warn ?? ((message) => diag.warn(`@spanledger/sdk: ${message}`));
  }

  /** Gives the account of an attempt from its calls and its output, if there is one. */
  account(meter: UsageMeter | undefined, output: NodeOutput | undefined): StepAccount {
    const metered = meter?.calls() ?? [];
    const own = output === undefined ? undefined : ownUsage(output);
    // Calls know what was cached; the node's totals are priced as one call where no call was seen.
    const calls = metered.length > 0 ? metered : own === undefined ? [] : [own];
    const priced = priceCalls(calls, this.#prices, new Date());
    const costUsd = output?.costUsd ?? priced.costUsd;
    const costSource = output?.costUsd === undefined ? priced.costSource : 'provider';
    if (output?.costUsd === undefined && this.#prices !== undefined) this.#warnOf(priced.unpriced, 'price');
    const carbon = this.#carbonOf(calls, output);
    return {
      model: output?.model ?? single(calls.map((call) => call.model)),
      provider: output?.provider ?? single(calls.map((call) => call.provider)),
      inputTokens: output?.inputTokens ?? priced.inputTokens,
      outputTokens: output?.outputTokens ?? priced.outputTokens,
      costUsd,
      costSource,
      carbonGrams: output?.carbonGrams ?? carbon.grams,
      carbonMethod: output?.carbonGrams === undefined ? carbon.method : 'stated',
    };
  }

  #carbonOf(
    calls: readonly ModelUsage[],
    output: NodeOutput | undefined,
  ): { grams: number | undefined; method: string | undefined } {
    const none = { grams: undefined, method: undefined };
    if (this.#carbon === undefined || calls.length === 0 || output?.carbonGrams !== undefined) return none;
    let grams = 0;
    const methods = new Set<string>();
    for (const call of calls) {
      const estimate = this.#carbon.estimate(call);
      if (estimate === undefined) {
        this.#warnOf([nameOfModel(call)], 'carbon figure');
        return none;
      }
      grams += estimate.grams;
      methods.add(estimate.method);
    }
    return { grams, method: [...methods].join(' ') };
  }

  #warnOf(models: readonly string[], what: string): void {
    for (const model of models) {
      const key = `${what} ${model}`;
      if (this.#warned.has(key) || this.#warned.size >= MOST_WARNINGS) continue;
      this.#warned.add(key);
      this.#warn(`no ${what} for calls of ${model}; steps that call it have none`);
    }
  }
}

/** What a node says of its own usage. */
function ownUsage(output: NodeOutput): ModelUsage | undefined {
  const { inputTokens, outputTokens, model, provider } = output;
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens, outputTokens, model, provider };
}

/** The value that all share, if they do. */
function single(values: readonly (string | undefined)[]): string | undefined {
  const [value, ...others] = new Set(values);
  return others.length === 0 ? value : undefined;
}
