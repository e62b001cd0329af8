import type { ParseArgsOptionDescriptor } from 'node:util';
import { type CommandArguments, type CommandContext, textFlag } from './command.ts';

/** Where the API is, and the key that it needs where the collector has keys. */
export interface ApiPlace {
  readonly url: string;
  readonly key?: string | undefined;
}

/** Flags of commands that ask a running collector. */
export const API_FLAGS: Readonly<Record<string, ParseArgsOptionDescriptor>> = {
  url: { type: 'string' },
  key: { type: 'string' },
};

/** What `--help` says about these flags. */
export const API_FLAGS_HELP: string = `  --url URL       the collector's HTTP port [http://127.0.0.1:4318]
  --key KEY       a key with the scope read, where the collector has keys; better as SPANLEDGER_KEY, which others can't see`;

/** Where the flags and the environment say that the API is. */
export function apiPlace(given: CommandArguments, context: CommandContext): ApiPlace {
  return { url: textFlag(given, 'url') ?? 'http://127.0.0.1:4318', key: keyOf(given, context) };
}

/** The key for the collector: `--key`, else `SPANLEDGER_KEY`. */
export function keyOf(given: CommandArguments, { environment }: CommandContext): string | undefined {
  return (textFlag(given, 'key') ?? environment['SPANLEDGER_KEY']) || undefined;
}
