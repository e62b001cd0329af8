const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a stop is asked for with, and what is done about it. */
export interface StopSignal {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Resolves with the first of them. */
  readonly received: Promise<void>;
  /** Gives the signals their usual effect back. */
  dispose(): void;
}

/** Takes the signals that ask for a stop from now on, so that they end the work in order. */
export function catchStopSignals(): StopSignal {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const onSignal = (_name: NodeJS.Signals, number: number): void => {
    if (controller.signal.aborted) process.exit(128 + number);
    controller.abort();
    resolve();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    received: promise,
    dispose: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
