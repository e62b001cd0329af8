import type { RiskTier } from '../contract/step-facts.ts';

/** How risk is told and what it leads to. */
export interface RiskOptions {
  /** Least tier at which a human must approve. Default: none. */
  readonly approvalTier?: RiskTier;
  /** Highest tier that is executed at all. Default 4. */
  readonly maxTier?: RiskTier;
  /** Words of your own, each with its tier; they stand above the built-in ones. */
  readonly words?: Readonly<Record<string, RiskTier>>;
  /** Whether the task's text is read for words too, not only what the app says of node and tool. Default false. */
  readonly readsTask?: boolean;
}
