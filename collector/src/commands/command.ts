import type { ParseArgsOptionDescriptor } from 'node:util';
import { SpanledgerError } from '../errors.ts';

/** What a command may use of the process. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** The command line after the command's name, taken apart. */
export interface CommandArguments {
  /** Value by flag, without the dashes; `true` for a flag without a value. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** One command of `spanledger`. */
export interface Command {
  /** Full text of `--help`. */
  readonly help: string;
  /** Flags it takes; `--help` is added to each command. */
  readonly flags: Readonly<Record<string, ParseArgsOptionDescriptor>>;
  /** Most arguments besides flags. */
  readonly mostPositionals: number;
  /**
   * Does the work.
   *
   * @returns the exit code
   * @throws SpanledgerError whatever is expected to go wrong
   */
  run(given: CommandArguments, context: CommandContext): Promise<number>;
}

/** The command line itself is wrong; the exit code is 2. */
export class UsageError extends SpanledgerError {
  constructor(message: string) {
    super('USAGE', message);
  }
}

/** Gives the value of a flag that takes one. */
export function textFlag(given: CommandArguments, name: string): string | undefined {
  const value = given.flags[name];
  return typeof value === 'string' ? value : undefined;
}
