import type { BreakerOptions } from './options.ts';

/** How a step is let through: `trial` for the one that tries an open circuit. */
export type Admission = 'normal' | 'trial';

interface Circuit {
  /** Times of the last failures, milliseconds. */
  readonly failures: readonly number[];
  /** When the circuit opened; `undefined` while it is closed. */
  readonly openedAt: number | undefined;
  /** Whether the one step that may try an open circuit is on its way. */
  isTrying: boolean;
}

/**
 * Leaves nodes alone that keep failing. Closed: every step goes through. Open: none. After `openMs` one step may try; all others wait
 * until it is over: it closes the circuit, or opens it again.
 */
export class CircuitBreaker {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #openMs: number;
  readonly #now: () => number;
  readonly #circuits = new Map<string, Circuit>();

  constructor(options: BreakerOptions, now: () => number = () => performance.now()) {
    this.#most = options.failures ?? 5;
    this.#windowMs = options.windowMs ?? 60_000;
    this.#openMs = options.openMs ?? 30_000;
    this.#now = now;
  }

  /** Whether a step of the node may be executed now, and how. One that was let through must be ended by `note` or `release`. */
  admit(nodeId: string): Admission | undefined {
    const circuit = this.#circuits.get(nodeId);
    if (circuit?.openedAt === undefined) return 'normal';
    if (circuit.isTrying || this.#now() - circuit.openedAt < this.#openMs) return undefined;
    circuit.isTrying = true;
    return 'trial';
  }

  /** Notes how an admitted step ended. What began before the circuit opened says nothing once it is open. */
  note(nodeId: string, admission: Admission, isSuccess: boolean): void {
    const circuit = this.#circuits.get(nodeId);
    if (admission === 'normal' && circuit?.openedAt !== undefined) return;
    if (isSuccess) {
      this.#circuits.delete(nodeId);
      return;
    }
    const now = this.#now();
    const recent = circuit?.failures.filter((time) => now - time < this.#windowMs) ?? [];
    const failures = [...recent, now].slice(-this.#most);
    const isOpen = admission === 'trial' || failures.length >= this.#most;
    this.#circuits.set(nodeId, { failures, openedAt: isOpen ? now : undefined, isTrying: false });
  }

  /** Gives back an admission that came to nothing: the step was not executed after all. */
  release(nodeId: string, admission: Admission): void {
    const circuit = this.#circuits.get(nodeId);
    if (admission === 'trial' && circuit !== undefined) circuit.isTrying = false;
  }
}
