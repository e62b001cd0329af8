const ALPHA = 0.3;
const MOST_NODES = 10_000;

/** How often a node has failed lately: an exponential mean of failures (1) and successes (0), weight 0.3 for the last. */
export class FailureRates {
  readonly #rates = new Map<string, number>();

  /** Gives the rate of a node, 0 to 1. */
  of(nodeId: string): number {
    return this.#rates.get(nodeId) ?? 0;
  }

  /** Notes how a step of the node ended. */
  note(nodeId: string, hasFailed: boolean): void {
    const before = this.#rates.get(nodeId);
    if (before === undefined && !hasFailed) return;
    if (before === undefined && this.#rates.size >= MOST_NODES) return;
    const rate = ALPHA * (hasFailed ? 1 : 0) + (1 - ALPHA) * (before ?? 0);
    if (rate < 0.001) this.#rates.delete(nodeId);
    else this.#rates.set(nodeId, rate);
  }
}
