/** Groups traces, by number, that share something. */
export class TraceGroups {
  /** A trace of lower number in the same group, or the trace itself where it is the first. */
  readonly #lower: Uint32Array;

  constructor(traces: number) {
    this.#lower = Uint32Array.from({ length: traces }, (_, trace) => trace);
  }

  /** Puts two traces into one group. */
  join(one: number, other: number): void {
    if (one === other) return;
    const [a, b] = [this.#first(one), this.#first(other)];
    this.#lower[Math.max(a, b)] = Math.min(a, b);
  }

  /** The parts of all traces, put together by groups, in the order of the traces. */
  groups<T>(parts: readonly (readonly T[])[]): (readonly T[])[] {
    const groups = new Map<number, (readonly T[])[]>();
    for (const [trace, part] of parts.entries()) {
      const first = this.#first(trace);
      const group = groups.get(first);
      if (group === undefined) groups.set(first, [part]);
      else group.push(part);
    }
    return [...groups.values()].map((group) => group.flat());
  }

  #first(trace: number): number {
    let at = trace;
    for (let next = this.#lower[at] ?? at; next !== at; next = this.#lower[at] ?? at) at = next;
    this.#lower[trace] = at;
    return at;
  }
}
