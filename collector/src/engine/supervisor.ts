import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError, EngineError, ensureError } from '../errors.ts';
import type { EngineChild } from './engine-child.ts';
import type { EngineLog } from './engine-contract.ts';
import type { StateHolder } from './state-holder.ts';

/** What the supervisor needs to know. */
export interface SupervisorInput {
  readonly spawn: () => EngineChild;
  /** Resolves when the child answers queries. */
  readonly ask: () => Promise<void>;
  readonly startTimeoutMs: number;
  readonly stateHolder: StateHolder;
  readonly log: EngineLog;
}

const shortestBackOffMs = 100;
const longestBackOffMs = 2_000;
const stableAfterMs = 30_000;
const askAgainMs = 50;
/** A server with connections of others open waits 5 s for them. What is acknowledged outlives a kill, so that is not waited for. */
const stopLimitMs = 3_000;

/** Keeps a child process running: starts it again whenever it ends, ever later (100 ms to 2 s) while it keeps ending. */
export class Supervisor {
  /** Starts after the first. */
  restarts = 0;
  readonly #input: SupervisorInput;
  readonly #stopping = new AbortController();
  #backOffMs = shortestBackOffMs;
  #child: EngineChild | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(input: SupervisorInput) {
    this.#input = input;
  }

  /**
   * Starts the child, waits until it answers, and watches it from then on.
   * @throws {ConfigurationError | EngineError} what `ask` found wrong for good (`ENGINE_QUERY`), or `ENGINE_START_FAILED`
   */
  async start(): Promise<void> {
    const child = await this.#launch();
    this.#work = this.#watch(child);
  }

  /** Ends the child: cleanly if it manages that within 3 s. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#child?.stop(stopLimitMs);
    await this.#work;
  }

  async #watch(first: EngineChild): Promise<void> {
    let child: EngineChild | null = first;
    while (child !== null) {
      const readyAt = Date.now();
      const { ended, stderr } = await child.exited;
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - readyAt > stableAfterMs) this.#backOffMs = shortestBackOffMs;
      this.#input.stateHolder.set('down');
      this.#input.log('error', 'the embedded engine ended and is started again', { ended, stderr });
      child = await this.#relaunch();
    }
  }

  /** Tries until the child answers; null when the end is wanted first. */
  async #relaunch(): Promise<EngineChild | null> {
    for (;;) {
      await Promise.race([delay(this.#backOffMs), aborted(this.#stopping.signal)]);
      if (this.#stopping.signal.aborted) return null;
      this.#backOffMs = Math.min(this.#backOffMs * 2, longestBackOffMs);
      this.restarts += 1;
      try {
        return await this.#launch();
      } catch (thrown) {
        if (this.#stopping.signal.aborted) return null;
        this.#input.stateHolder.set('down');
        this.#input.log('error', 'the embedded engine did not start again', { reason: ensureError(thrown).message });
      }
    }
  }

  async #launch(): Promise<EngineChild> {
    const child = this.#input.spawn();
    this.#child = child;
    this.#input.stateHolder.set('starting');
    try {
      await this.#waitForAnswer(child);
    } catch (error) {
      await child.stop(0);
      throw error;
    }
    this.#input.stateHolder.set('ready');
    this.#input.log('info', 'the embedded engine answers', { engine_pid: child.pid, restarts: this.restarts });
    return child;
  }

  async #waitForAnswer(child: EngineChild): Promise<void> {
    const until = Date.now() + this.#input.startTimeoutMs;
    const exited = child.exited.then(() => 'exited' as const);
    for (;;) {
      const answer = await Promise.race([this.#ask(), exited]);
      if (answer === null) return;
      if (answer === 'exited') throw startFailed(await child.exited);
      if (answer instanceof ConfigurationError || isRefusal(answer)) throw answer;
      if (Date.now() > until) {
        const ended = `no answer within ${this.#input.startTimeoutMs} ms, ${answer.message}`;
        throw startFailed({ ended, stderr: '' });
      }
      await Promise.race([delay(askAgainMs), exited]);
    }
  }

  async #ask(): Promise<Error | null> {
    try {
      await this.#input.ask();
      return null;
    } catch (thrown) {
      return ensureError(thrown);
    }
  }
}

/** Once the server listens it is up: what it refuses then it will refuse again. */
function isRefusal(answer: Error): boolean {
  return answer instanceof EngineError && answer.code === 'ENGINE_QUERY';
}

function startFailed(end: { ended: string; stderr: string }): EngineError {
  // Pages of a stack trace may follow.
  const said = /^.*Exception: .*$/m.exec(end.stderr)?.[0] ?? end.stderr;
  return new EngineError('ENGINE_START_FAILED', `the embedded engine did not start (${end.ended}): ${said}`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
