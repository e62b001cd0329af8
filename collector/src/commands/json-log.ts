import { type Logger, pino } from 'pino';
import type { Options } from '../options.ts';
import type { CommandContext } from './command.ts';
import type { Progress } from './progress.ts';

/** Gives the log of a command: JSON lines on stderr. A progress line that is on the terminal makes room for them. */
export function openJsonLog(
  level: Options['log_level'],
  { stderr }: Pick<CommandContext, 'stderr'>,
  progress: Progress,
): Logger {
  const write = (line: string): void => {
    progress.clear();
    stderr.write(line);
  };
  return pino({ level }, { write });
}
