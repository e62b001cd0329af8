import { diag } from '@opentelemetry/api';
import { ensureError } from '../errors.ts';

/** Anything that has a name can be an event. */
export interface NamedEvent {
  readonly name: string;
}

/** Called with one event after the other, in the order in which they were published. */
export type EventHandler<Event extends NamedEvent> = (event: Event) => void | Promise<void>;

/** Options of a subscription. */
export interface SubscriptionOptions {
  /** Most events that wait for the handler; then the oldest are dropped and counted. Default 1000. */
  readonly queueLimit?: number;
}

/** What became of the events of one subscription. */
export interface SubscriptionStats {
  readonly handled: number;
  /** Left out because the handler was too slow. */
  readonly dropped: number;
  /** Times that the handler threw. */
  readonly errors: number;
  readonly waiting: number;
}

/** One handler's place on the bus. */
export interface Subscription {
  readonly stats: SubscriptionStats;
  /** Ends the subscription; events that wait are no longer handled. */
  unsubscribe(): void;
}

/** Name of a subscription to all events. */
export const ALL_EVENTS = '*';

/** Events that one handler gets in a row before others may run. */
const IN_A_ROW = 100;

/**
 * Hands events to handlers within the process. Publishing never waits and never throws; each handler has a queue of its own, so that a
 * slow or failing one holds up neither the publisher nor the other handlers.
 *
 * @example
 * const bus = new EventBus<RuntimeEvent>();
 * bus.subscribe('spanledger.step.denied', (event) => alert(event.nodeId));
 */
export class EventBus<Event extends NamedEvent> {
  readonly #queues = new Map<string, Set<HandlerQueue<Event>>>();

  /** Subscribes a handler to events of a name, or to all with `*`. */
  subscribe(name: string, handler: EventHandler<Event>, options: SubscriptionOptions = {}): Subscription {
    const queue = new HandlerQueue(name, handler, options.queueLimit ?? 1000);
    const queues = this.#queues.get(name) ?? new Set();
    queues.add(queue);
    this.#queues.set(name, queues);
    return {
      get stats() {
        return queue.stats;
      },
      unsubscribe() {
        queue.end();
        queues.delete(queue);
      },
    };
  }

  /** Publishes an event: to the handlers of its name, then to those of all events. */
  publish(event: Event): void {
    for (const queue of this.#queues.get(event.name) ?? []) queue.push(event);
    for (const queue of this.#queues.get(ALL_EVENTS) ?? []) queue.push(event);
  }

  /** Waits until every event published so far has been handled or dropped. A handler that never ends keeps it waiting. */
  async drained(): Promise<void> {
    const queues = [...this.#queues.values()].flatMap((set) => [...set]);
    await Promise.all(queues.map((queue) => queue.drained()));
  }

  /** Sums of all subscriptions that have not ended. */
  get stats(): SubscriptionStats {
    const sum = { handled: 0, dropped: 0, errors: 0, waiting: 0 };
    for (const queue of [...this.#queues.values()].flatMap((set) => [...set])) {
      sum.handled += queue.stats.handled;
      sum.dropped += queue.stats.dropped;
      sum.errors += queue.stats.errors;
      sum.waiting += queue.stats.waiting;
    }
    return sum;
  }
}

class HandlerQueue<Event extends NamedEvent> {
  readonly #name: string;
  readonly #handler: EventHandler<Event>;
  readonly #limit: number;
  readonly #waiting: Event[] = [];
  #running: Promise<void> | undefined;
  #ended = false;
  #handled = 0;
  #dropped = 0;
  #errors = 0;

  constructor(name: string, handler: EventHandler<Event>, limit: number) {
    this.#name = name;
    this.#handler = handler;
    this.#limit = Math.max(1, limit);
  }

  get stats(): SubscriptionStats {
    return { handled: this.#handled, dropped: this.#dropped, errors: this.#errors, waiting: this.#waiting.length };
  }

  push(event: Event): void {
    if (this.#ended) return;
    if (this.#waiting.length >= this.#limit) {
      this.#waiting.shift();
      this.#dropped += 1;
      if (this.#dropped === 1) diag.warn(`@spanledger/sdk: a handler of ${this.#name} is too slow; events are dropped`);
    }
    this.#waiting.push(event);
    this.#running ??= this.#run();
  }

  end(): void {
    this.#ended = true;
    this.#waiting.length = 0;
  }

  async drained(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Handlers run after whoever published has gone on.
    await Promise.resolve();
    for (let done = 0, event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      await this.#handle(event);
      done += 1;
      if (done % IN_A_ROW === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = undefined;
  }

  async #handle(event: Event): Promise<void> {
    try {
      await this.#handler(event);
      this.#handled += 1;
    } catch (thrown) {
      this.#errors += 1;
      if (this.#errors > 1) return;
      diag.warn(
        `@spanledger/sdk: a handler of ${this.#name} threw; further errors are only counted`,
        ensureError(thrown),
      );
    }
  }
}
