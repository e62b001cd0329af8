import type { ParseArgsOptionDescriptor } from 'node:util';
import { readConfig } from '../config.ts';
import { flagOf, OPTION_NAMES, type Options, optionsHelp, variableOf } from '../options.ts';
import { type CommandArguments, type CommandContext, textFlag } from './command.ts';

/** The flag of the configuration file. */
export const CONFIG_FLAG: Readonly<Record<string, ParseArgsOptionDescriptor>> = { config: { type: 'string' } };

/** All options of the collector as flags, and `--config`. */
export const COLLECTOR_FLAGS: Readonly<Record<string, ParseArgsOptionDescriptor>> = {
  ...CONFIG_FLAG,
  ...Object.fromEntries(OPTION_NAMES.map((name) => [flagOf(name), { type: 'string' }] as const)),
};

/** What `--help` says about these flags. */
export const COLLECTOR_FLAGS_HELP: string = `  --config FILE             options from a YAML file, by name: data_dir: ledger
${optionsHelp()}

Each option can also stand in the environment (--data-dir as ${variableOf('data_dir')}, --config as ${variableOf('config')}) or in the
file (as data_dir). A flag wins over the environment, the environment over the file.
`;

/**
 * Reads the collector's options from the flags that were given, the environment and the file.
 *
 * @throws ConfigurationError as `readConfig` does
 */
export function readCollectorOptions(given: CommandArguments, { environment }: CommandContext): Options {
  const flags = Object.fromEntries(OPTION_NAMES.map((name) => [name, textFlag(given, flagOf(name))]));
  return readConfig({ flags, environment, file: textFlag(given, 'config') });
}
