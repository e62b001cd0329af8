import type { EngineState } from './engine-contract.ts';

/** Holds an engine's state and tells listeners of changes; `stopped` is final. */
export class StateHolder {
  #state: EngineState;
  readonly #listeners = new Set<(state: EngineState) => void>();

  constructor(initial: EngineState) {
    this.#state = initial;
  }

  get state(): EngineState {
    return this.#state;
  }

  set(state: EngineState): void {
    if (state === this.#state || this.#state === 'stopped') return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
