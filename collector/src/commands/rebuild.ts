import { openKeys } from '../keys/open-keys.ts';
import { openStore, prepareDatabase } from '../open-store.ts';
import { openPriceBook } from '../price/price-book.ts';
import { type RebuildProgress, rebuild } from '../settle/rebuild.ts';
import { COLLECTOR_FLAGS, COLLECTOR_FLAGS_HELP, readCollectorOptions } from './collector-flags.ts';
import type { Command } from './command.ts';
import { formatCount } from './format.ts';
import { openJsonLog } from './json-log.ts';
import { Progress } from './progress.ts';
import { catchStopSignals } from './stop-signal.ts';

/** `spanledger rebuild`: the derived tables, made again from the ledger. */
export const REBUILD: Command = {
  help: `Usage: spanledger rebuild [OPTIONS]

Empties the derived tables and fills them from the ledger again, to the same rows. Stop the collector first: nobody else may use
the data directory. Run it to its end: until then reports lack what is not rebuilt yet. The ledger itself is only read.

${COLLECTOR_FLAGS_HELP}`,
  flags: COLLECTOR_FLAGS,
  mostPositionals: 0,
  run: async (given, context) => {
    const options = readCollectorOptions(given, context);
    const progress = new Progress(context.stdout);
    const log = openJsonLog(options.log_level, context, progress);
    const stop = catchStopSignals();
    stop.signal.addEventListener('abort', () => {
      progress.clear();
      context.stderr.write('Interrupted: reports may lack data until "spanledger rebuild" has run to its end.\n');
      process.exit(130);
    });
    progress.step('opening the store');
    const { engine, directory } = await openStore(options, await openKeys(options, log), log);
    try {
      await prepareDatabase(engine, options, (text) => progress.step(text));
      const prices = await openPriceBook(engine, (level, message, fields) => log[level](fields ?? {}, message));
      progress.step('reading the ledger');
      const startedAt = performance.now();
      const records = await rebuild(engine, prices, describeTo(progress, startedAt));
      const seconds = (performance.now() - startedAt) / 1000;
      progress.clear();
      context.stdout.write(`Rebuilt from ${formatCount(records)} records in ${seconds.toFixed(1)} s.\n`);
      return 0;
    } finally {
      progress.clear();
      await engine.stop();
      await directory?.release();
    }
  },
};

function describeTo(progress: Progress, startedAt: number): (made: RebuildProgress) => void {
  let phase: RebuildProgress['phase'] | undefined;
  return ({ phase: now, done, total }) => {
    const seconds = Math.max(0.001, (performance.now() - startedAt) / 1000);
    if (now !== phase) progress.step(now === 'derive' ? 'writing the derived tables' : 'settling traces and runs');
    phase = now;
    if (now === 'settle') return progress.step(`  window ${formatCount(done)} is settled`);
    progress.step(
      `  ${formatCount(done)} of ${formatCount(total)} records, ${formatCount(Math.round(done / seconds))} a second`,
    );
  };
}
