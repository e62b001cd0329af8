import { isMainThread } from 'node:worker_threads';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** What the end of the process needs. */
export interface ExitFlush {
  /** Whether something has not arrived. */
  isPending(): boolean;
  /** Sends it; ends by itself after a time. */
  flush(): Promise<void>;
}

/**
 * Sends what waits when the process ends by itself or by SIGTERM or SIGINT. The app's own handlers run as they would have; where there
 * are none the process ends by the signal, as it would have, once the flush is over. `process.exit()` waits for nobody: flush before it.
 *
 * @returns a function that takes the handlers away again
 */
export function flushAtExit({ isPending, flush }: ExitFlush): () => void {
  let hasFlushed = false;
  const onBeforeExit = (): void => {
    // Once: what does not arrive then must not keep the process going round.
    if (hasFlushed || !isPending()) return;
    hasFlushed = true;
    void flush();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const isAlone = process.listenerCount(signal) === 1;
    void flush().finally(() => {
      if (!isAlone) return;
      process.removeListener(signal, onSignal);
      process.kill(process.pid, signal);
    });
  };
  process.on('beforeExit', onBeforeExit);
  // Before the app's own, of which a `once` is gone by the time that it runs.
  if (isMainThread) for (const signal of SIGNALS) process.prependListener(signal, onSignal);
  return () => {
    process.removeListener('beforeExit', onBeforeExit);
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
  };
}
