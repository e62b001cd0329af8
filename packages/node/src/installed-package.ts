import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A package as the app has it. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  readonly exports: unknown;
  readonly main: string | undefined;
}

/** Finds a package from a directory upwards, as Node does, without loading it. */
export function findPackage(name: string, from: string): InstalledPackage | undefined {
  for (let directory = path.resolve(from); ; directory = path.dirname(directory)) {
    const found = path.join(directory, 'node_modules', name);
    const file = path.join(found, 'package.json');
    if (existsSync(file)) {
      const { version, exports, main } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      return {
        name,
        version: String(version),
        directory: found,
        exports,
        main: typeof main === 'string' ? main : undefined,
      };
    }
    if (directory === path.dirname(directory)) return undefined;
  }
}

/** File that `import` of a package, or of a subpath of it, loads; `undefined` where the package does not say. */
export function importedFile(installed: InstalledPackage, specifier: string): string | undefined {
  const subpath = `.${specifier.slice(installed.name.length)}`;
  const { exports } = installed;
  const isMap =
    typeof exports === 'object' && exports !== null && Object.keys(exports).some((key) => key.startsWith('.'));
  const whole = subpath === '.' ? (exports ?? installed.main) : undefined;
  const file = isMap ? exportedFile(exports as Record<string, unknown>, subpath) : fileOf(whole);
  return file === undefined ? undefined : path.join(installed.directory, file);
}

/** File of a subpath: of the one that is named so, else of the longest pattern with a `*` that fits. */
function exportedFile(exports: Readonly<Record<string, unknown>>, subpath: string): string | undefined {
  if (subpath in exports) return fileOf(exports[subpath]);
  const fitting = Object.keys(exports).filter((key) => {
    const [before = '', after] = key.split('*');
    return after !== undefined && subpath.startsWith(before) && subpath.endsWith(after) && subpath.length >= key.length;
  });
  const pattern = fitting.sort((one, other) => other.indexOf('*') - one.indexOf('*'))[0];
  if (pattern === undefined) return undefined;
  const [before = '', after = ''] = pattern.split('*');
  return fileOf(exports[pattern])?.replaceAll('*', () => subpath.slice(before.length, subpath.length - after.length));
}

const CONDITIONS = ['node', 'import', 'module-sync', 'default'];

function fileOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    const file = CONDITIONS.includes(condition) ? fileOf(value) : undefined;
    if (file !== undefined) return file;
  }
  return undefined;
}

/** Whether a version is one of a range `[from, below)`; releases before 1.0.0 compare as any other. */
export function isWithin(version: string, [from, below]: readonly [string, string]): boolean {
  return compare(version, from) >= 0 && compare(version, below) < 0;
}

function compare(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(/[.+-]/, 3).map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a program is an ES module, by its ending or by the `type` of the package that it belongs to. */
export function isModuleProgram(program: string): boolean {
  if (/\.m[jt]s$/.test(program)) return true;
  if (/\.c[jt]s$/.test(program)) return false;
  for (let directory = path.dirname(path.resolve(program)); ; directory = path.dirname(directory)) {
    const file = path.join(directory, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown }).type === 'module';
    if (directory === path.dirname(directory)) return false;
  }
}
