import { ConfigurationError } from '../errors.ts';
import type { Guardrail, GuardrailAction } from './guardrail.ts';

/** What a text may cost. */
export interface CostCapGuardrailOptions {
  /** Default `cost_cap`. */
  readonly name?: string;
  /** `block` or `warn`. Default `block`. */
  readonly action?: Exclude<GuardrailAction, 'modify'>;
  /** Most that the step may cost, US dollars. Exactly as much is allowed. */
  readonly maxUsd: number;
  /** Price of 1,000 tokens where the step states no cost, US dollars. Without it such a text passes. */
  readonly usdPer1000Tokens?: number;
  /** UTF-16 units that are taken for a token. Default 4. */
  readonly unitsPerToken?: number;
}

/** Holds a step's stated or expected cost to a limit. @throws {ConfigurationError} GUARDRAIL_OPTIONS */
export function costCapGuardrail(options: CostCapGuardrailOptions): Guardrail {
  const { name = 'cost_cap', action = 'block', maxUsd, usdPer1000Tokens = 0, unitsPerToken = 4 } = options;
  for (const [path, value, least] of [
    ['maxUsd', maxUsd, 0],
    ['usdPer1000Tokens', usdPer1000Tokens, 0],
    ['unitsPerToken', unitsPerToken, Number.MIN_VALUE],
  ] as const) {
    if (Number.isFinite(value) && value >= least) continue;
    throw new ConfigurationError('GUARDRAIL_OPTIONS', `${name}.${path}`, `${value} is no amount`);
  }
  return {
    name,
    action,
    inspect(text, { costUsd }) {
      const cost = costUsd ?? (Math.ceil(text.length / unitsPerToken) / 1000) * usdPer1000Tokens;
      // A cost that is no number is not known to be low.
      if (cost <= maxUsd) return undefined;
      return { reason: 'cost_cap', detail: `${cost} US dollars > ${maxUsd}` };
    },
  };
}
