import { createRequire } from 'node:module';
import path from 'node:path';
import { ConfigurationError } from '../errors.ts';

const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
};

/**
 * Finds chDB's shared library for this machine, or for the platform given.
 * @returns absolute path of `libchdb.so`
 * @throws {ConfigurationError} `ENGINE_LIBRARY_MISSING`
 */
export function findLibrary(platform: string = `${process.platform}-${process.arch}`): string {
  const name = packages[platform];
  const elsewhere =
    'Name a ClickHouse server with --clickhouse-url, or run the docker compose file, which brings one along.';
  if (name === undefined) {
    throw new ConfigurationError(
      'ENGINE_LIBRARY_MISSING',
      `the embedded engine exists for glibc Linux and macOS (x64, arm64), not for ${platform}. ${elsewhere}`,
    );
  }
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), 'libchdb.so');
  } catch (cause) {
    throw new ConfigurationError(
      'ENGINE_LIBRARY_MISSING',
      `the embedded engine of ${platform} needs the package ${name}, which is not installed: npm install ${name}. ${elsewhere}`,
      { cause },
    );
  }
}
