import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { findPackage, type InstalledPackage, importedFile, isWithin } from './installed-package.ts';
import { INSTRUMENTATIONS, type KnownInstrumentation, SELF_INSTRUMENTED } from './instrumentation-table.ts';

/** An instrumentation that was found, and what became of it. */
export interface FoundInstrumentation {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** Package and version that it watches. */
  readonly client: string | undefined;
  readonly isTaken: boolean;
  /** Why it is not taken, or what to know of it. */
  readonly note: string | undefined;
  /** Whether it is not taken although the app has its client and asks for it: it does not fit, or is broken. */
  readonly isMisfit: boolean;
}

/** What was found, ready to be switched on. */
export interface Finding {
  readonly found: FoundInstrumentation[];
  readonly instrumentations: Instrumentation[];
  /** Hands the clients to those that can't hook an import; loads these clients. Gives what went wrong. */
  patchClients(): Promise<readonly string[]>;
}

/** What `manuallyInstrument` takes differs by package; the table says which. */
type ManualInstrumentation = Instrumentation & { manuallyInstrument?(client: unknown): void };

interface Manual {
  readonly known: KnownInstrumentation;
  readonly client: InstalledPackage;
  readonly instrumentation: ManualInstrumentation;
}

/** Where to look, and for what. */
export interface FindOptions {
  /** Where the app may stand. */
  readonly directories: readonly string[];
  readonly captureContent: boolean;
  /** Names to take. Default all. */
  readonly names?: readonly string[] | undefined;
  /** Whether the app's program is an ES module: then its clients are, mostly. */
  readonly isModule: boolean;
}

/** Looks for instrumentations that the app has installed. */
export function findInstrumentations({ directories, captureContent, names, isModule }: FindOptions): Finding {
  const find = (name: string): InstalledPackage | undefined => {
    for (const directory of directories) {
      const installed = findPackage(name, directory);
      if (installed !== undefined) return installed;
    }
    return undefined;
  };
  const found: FoundInstrumentation[] = [];
  const instrumentations: Instrumentation[] = [];
  const manual: Manual[] = [];
  const taken = new Set<string>();
  for (const known of INSTRUMENTATIONS) {
    const installed = find(known.package);
    if (installed === undefined) continue;
    const client = known.client === undefined ? undefined : find(known.client);
    const refusal = refusalOf(known, client, names, taken);
    const entry = {
      name: known.name,
      package: known.package,
      version: installed.version,
      client: client === undefined ? undefined : `${client.name}@${client.version}`,
    };
    if (refusal !== undefined) {
      found.push({ ...entry, isTaken: false, ...refusal });
      continue;
    }
    const made = known.export === undefined ? undefined : make(known, installed, captureContent);
    if (made instanceof Error) {
      found.push({ ...entry, isTaken: false, note: `can not be loaded: ${made.message}`, isMisfit: true });
      continue;
    }
    taken.add(known.name);
    found.push({ ...entry, isTaken: true, note: known.note, isMisfit: false });
    if (made === undefined) continue;
    instrumentations.push(made);
    if (known.manual !== undefined && client !== undefined) manual.push({ known, client, instrumentation: made });
  }
  found.push(...selfInstrumented(find, taken));
  return { found, instrumentations, patchClients: () => patchClients(manual, isModule) };
}

type Refusal = Pick<FoundInstrumentation, 'note' | 'isMisfit'>;

function refusalOf(
  known: KnownInstrumentation,
  client: InstalledPackage | undefined,
  names: readonly string[] | undefined,
  taken: ReadonlySet<string>,
): Refusal | undefined {
  if (names !== undefined && !names.includes(known.name)) return { note: 'not asked for', isMisfit: false };
  if (taken.has(known.name)) return { note: 'another one for the same client is taken', isMisfit: false };
  if (known.client !== undefined && client === undefined) {
    return { note: `${known.client} is not installed`, isMisfit: false };
  }
  if (known.fits === undefined || client === undefined || isWithin(client.version, known.fits)) return undefined;
  const [from, below] = known.fits;
  const range = `fits ${client.name} from ${from} to below ${below}, and not ${client.version}`;
  return { note: `${range}: there it ${known.misfit ?? 'was not tried'}`, isMisfit: true };
}

function selfInstrumented(
  find: (name: string) => InstalledPackage | undefined,
  taken: ReadonlySet<string>,
): FoundInstrumentation[] {
  return SELF_INSTRUMENTED.flatMap(({ client: name, from, note }) => {
    const client = find(name);
    if (client === undefined || !isWithin(client.version, [from, '1000.0.0']) || taken.has(name)) return [];
    const { version } = client;
    return [{ name, package: name, version, client: `${name}@${version}`, isTaken: true, note, isMisfit: false }];
  });
}

function make(
  known: KnownInstrumentation,
  installed: InstalledPackage,
  captureContent: boolean,
): ManualInstrumentation | Error {
  try {
    const load = createRequire(path.join(installed.directory, 'package.json'));
    const module = load(installed.directory) as Record<string, unknown>;
    const Class = module[known.export ?? ''] as new (options: object) => ManualInstrumentation;
    return new Class(known.options?.(captureContent) ?? {});
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

/**
 * A client may be there twice, as a CommonJS and as an ES module. The app's own kind is handed over; the other one only where that can't
 * be loaded, since loading both undoes the first with clients that share state. What is required is seen by the hooks in any case.
 */
async function patchClients(manual: readonly Manual[], isModule: boolean): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { known, client, instrumentation } of manual) {
    if (known.manual === undefined) continue;
    const problem =
      'modules' in known.manual
        ? await handOverAll(client, known.manual.modules, isModule, instrumentation)
        : await handOver(loadersOf(client, known.manual.module, isModule), known.manual.export, instrumentation);
    const what = 'modules' in known.manual ? client.name : known.manual.module;
    if (problem !== undefined) problems.push(`${known.package} could not be handed ${what}: ${problem}`);
  }
  return problems;
}

type Loader = () => object | undefined | Promise<object | undefined>;

/** The app's own kind of module first. */
function loadersOf(client: InstalledPackage, specifier: string, isModule: boolean): readonly Loader[] {
  const required: Loader = () =>
    createRequire(path.join(client.directory, 'package.json'))(requiredPath(client, specifier)) as object;
  const imported: Loader = async () => {
    const file = importedFile(client, specifier);
    return file === undefined ? undefined : ((await import(pathToFileURL(file).href)) as object);
  };
  return isModule ? [imported, required] : [required, imported];
}

/** Hands over several modules at once; gives what went wrong when any can not be loaded. */
async function handOverAll(
  client: InstalledPackage,
  modules: Readonly<Record<string, string>>,
  isModule: boolean,
  instrumentation: ManualInstrumentation,
): Promise<string | undefined> {
  try {
    const handed: Record<string, object | undefined> = {};
    for (const [name, specifier] of Object.entries(modules)) {
      handed[name] = await loadersOf(client, specifier, isModule)[0]?.();
    }
    instrumentation.manuallyInstrument?.(handed);
    return undefined;
  } catch (thrown) {
    return String(thrown);
  }
}

/** Hands over the first module that can be loaded; gives what went wrong when none can. */
async function handOver(
  loaders: readonly Loader[],
  name: string,
  instrumentation: ManualInstrumentation,
): Promise<string | undefined> {
  let problem = 'it has no file for it';
  for (const load of loaders) {
    try {
      const handed = handedOver(await load(), name);
      if (handed === undefined) continue;
      instrumentation.manuallyInstrument?.(handed);
      return undefined;
    } catch (thrown) {
      problem = String(thrown);
    }
  }
  return problem;
}

/** A package may name itself where it has exports. */
function requiredPath(client: InstalledPackage, specifier: string): string {
  return client.exports === undefined ? path.join(client.directory, specifier.slice(client.name.length)) : specifier;
}

function handedOver(module: object | undefined, name: string): unknown {
  if (module === undefined || name === '*') return module;
  const field = /^\{(\w+)\}$/.exec(name)?.[1];
  if (field !== undefined) return { [field]: module };
  const exported = module as Record<string, unknown>;
  return exported[name] ?? exported['default'];
}
