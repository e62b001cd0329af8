/** 1 read only, 2 internal, 3 external input or output, 4 irreversible. */
export type RiskTier = 1 | 2 | 3 | 4;

/** What is known of a step before any check decides, so that policy can read it. Filled by `Check.gather`. */
export interface StepFacts {
  /** Kinds of sensitive text in the input, for example `EMAIL`, without duplicates. */
  sensitiveKinds: readonly string[];
  /** Default 1. */
  riskTier: RiskTier;
  /** Labels of untrusted data that reached the step, without duplicates. */
  taintLabels: readonly string[];
}
