import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { ConfigurationError, ensureError } from './errors.ts';
import { parseEnvironmentKeys } from './keys/environment-keys.ts';
import { flagOf, OPTION_NAMES, type Options, optionsSchema, variableOf } from './options.ts';

/** Where options come from. The first that names an option wins: flags, environment, file, default. */
export interface ConfigSources {
  /** Flags by the option's name, for example `{ data_dir: 'ledger' }`. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Configuration file, YAML; default `SPANLEDGER_CONFIG`, else none. */
  readonly file?: string | undefined;
}

/**
 * Reads and checks the options.
 *
 * @throws ConfigurationError `CONFIG_INVALID` naming each wrong option and where it came from, `CONFIG_FILE_UNREADABLE`,
 * `KEYS_INVALID` where `SPANLEDGER_KEYS` is wrong
 */
export function readConfig(sources: ConfigSources): Options {
  const file = sources.file ?? sources.environment['SPANLEDGER_CONFIG'];
  const fromFile = file === undefined ? {} : readFile(file);
  const merged: Record<string, unknown> = { ...fromFile };
  const origins = new Map<string, string>(Object.keys(fromFile).map((name) => [name, `${name} in ${file}`]));
  for (const name of OPTION_NAMES) {
    const variable = sources.environment[variableOf(name)];
    if (variable !== undefined && variable !== '') take(merged, origins, name, variable, variableOf(name));
    const flag = sources.flags[name];
    if (flag !== undefined) take(merged, origins, name, flag, `--${flagOf(name)}`);
  }
  const parsed = optionsSchema.safeParse(merged);
  if (!parsed.success) throw new ConfigurationError('CONFIG_INVALID', describeIssues(parsed.error, origins));
  const dataDirectory = path.resolve(parsed.data.data_dir);
  return Object.freeze({
    ...parsed.data,
    data_dir: dataDirectory,
    keys_file: path.resolve(parsed.data.keys_file || path.join(dataDirectory, 'keys.json')),
    keys: parseEnvironmentKeys(sources.environment['SPANLEDGER_KEYS'] ?? ''),
  });
}

function take(
  merged: Record<string, unknown>,
  origins: Map<string, string>,
  name: string,
  value: string,
  origin: string,
): void {
  merged[name] = value;
  origins.set(name, origin);
}

function readFile(file: string): Record<string, unknown> {
  try {
    const content: unknown = parseYaml(readFileSync(file, 'utf8')) ?? {};
    return z.record(z.string(), z.unknown()).parse(content);
  } catch (thrown) {
    throw new ConfigurationError(
      'CONFIG_FILE_UNREADABLE',
      `the configuration file ${file} can't be read: ${thrown instanceof z.ZodError ? 'it must hold options by name' : ensureError(thrown).message}`,
    );
  }
}

function describeIssues(error: z.ZodError, origins: ReadonlyMap<string, string>): string {
  return error.issues
    .map((issue) => {
      if (issue.code === 'unrecognized_keys') {
        const names = issue.keys.map((key) => origins.get(key) ?? key).join(', ');
        return `unknown option ${names}; the options are ${OPTION_NAMES.join(', ')}`;
      }
      const name = String(issue.path[0]);
      return `${origins.get(name) ?? name}: ${issue.message}`;
    })
    .join('\n');
}
