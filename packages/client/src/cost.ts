import { z } from 'zod';
import { camelKeys } from './camel-case.ts';

/** What costs can be grouped by. */
export type CostGroup = 'day' | 'agent' | 'provider' | 'model' | 'source';

/** Which costs to read. What is left out does not filter. */
export interface CostFilter {
  /** Start of the range. Default: 24 hours before its end. Costs are of whole days in UTC. */
  readonly from?: Date;
  /** End of the range, not part of it. Default: now. */
  readonly to?: Date;
  readonly agent?: string;
  readonly provider?: string;
  readonly model?: string;
  /** Default: day, agent, provider and model. */
  readonly groupBy?: readonly CostGroup[];
}

/** What counted, each call once. */
export interface CostTotals {
  /** Model calls. */
  readonly calls: number;
  /** Cached ones included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  /** US dollars. */
  readonly costUsd: number;
  /** Calls with tokens for which no cost is stated and no price is known. */
  readonly unpricedCalls: number;
  /** Grams of CO2 equivalent. */
  readonly carbonGco2: number;
}

/** The costs of one group; it names what was asked to group by. */
export interface Cost extends CostTotals {
  /** `YYYY-MM-DD`, UTC. */
  readonly day?: string;
  /** Empty where none was named. */
  readonly agentName?: string;
  readonly provider?: string;
  readonly model?: string;
  /** Who computed the cost: `provider`, `sdk` or `collector`; empty where none counts. */
  readonly costSource?: string;
}

/** Costs of a range. */
export interface Costs {
  /** Start of the first day, ISO-8601. */
  readonly from: string;
  /** End of the last day, not part of it. */
  readonly to: string;
  readonly costs: readonly Cost[];
  /** Of all groups, listed or not. */
  readonly totals: CostTotals;
  /** True when there are more groups than are listed. */
  readonly truncated: boolean;
}

const sums = {
  calls: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  cache_read_tokens: z.number(),
  cache_write_tokens: z.number(),
  reasoning_tokens: z.number(),
  cost_usd: z.number(),
  unpriced_calls: z.number(),
  carbon_gco2: z.number(),
};

const cost = z
  .object({
    day: z.string().optional(),
    agent_name: z.string().optional(),
    provider: z.string().optional(),
    model: z.string().optional(),
    cost_source: z.string().optional(),
    ...sums,
  })
  .transform((found): Cost => {
    // An object that has only what was asked for.
    const { day, agent_name, provider, model, cost_source, ...rest } = found;
    return {
      ...(day === undefined ? {} : { day }),
      ...(agent_name === undefined ? {} : { agentName: agent_name }),
      ...(provider === undefined ? {} : { provider }),
      ...(model === undefined ? {} : { model }),
      ...(cost_source === undefined ? {} : { costSource: cost_source }),
      ...camelKeys(rest),
    };
  });

/** An answer of `/v1/cost`. */
export const costsAnswer: z.ZodType<Costs> = z
  .object({
    from: z.string(),
    to: z.string(),
    costs: z.array(cost),
    totals: z.object(sums).transform((found): CostTotals => camelKeys(found)),
    truncated: z.boolean(),
  })
  .transform(({ from, to, costs, totals, truncated }): Costs => ({ from, to, costs, totals, truncated }));
