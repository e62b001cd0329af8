import { startCollector } from '../collector.ts';
import { COLLECTOR_FLAGS, COLLECTOR_FLAGS_HELP, readCollectorOptions } from './collector-flags.ts';
import type { Command } from './command.ts';
import { openJsonLog } from './json-log.ts';
import { describePlaces } from './places.ts';
import { Progress } from './progress.ts';
import { catchStopSignals } from './stop-signal.ts';

/** `spanledger start`: the collector alone, until a signal stops it. */
export const START: Command = {
  help: `Usage: spanledger start [OPTIONS]

Runs the collector until Ctrl-C or SIGTERM, which end it in order; a second one ends it at once. What happens is logged on
stderr, a JSON object a line.

${COLLECTOR_FLAGS_HELP}`,
  flags: COLLECTOR_FLAGS,
  mostPositionals: 0,
  run: async (given, context) => {
    const options = readCollectorOptions(given, context);
    const progress = new Progress(context.stdout);
    const stop = catchStopSignals();
    try {
      const log = openJsonLog(options.log_level, context, progress);
      const collector = await startCollector(options, { log, onProgress: (text) => progress.step(text) });
      progress.clear();
      context.stdout.write(`${describePlaces(collector, options)}Stop with Ctrl-C.\n`);
      await stop.received;
      progress.step('stopping');
      await collector.stop();
      progress.clear();
      context.stdout.write('Stopped.\n');
      return 0;
    } finally {
      progress.clear();
      stop.dispose();
    }
  },
};
