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

/** Looks for instrumentations that the app has installed. `names` limits them; `directories` are where the app may stand. */
export function findInstrumentations(
  directories: readonly string[],
  captureContent: boolean,
  names: readonly string[] | undefined,
): Finding {
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
      found.push({ ...entry, isTaken: false, note: refusal });
      continue;
    }
    const made = known.export === undefined ? undefined : make(known, installed, captureContent);
    if (made instanceof Error) {
      found.push({ ...entry, isTaken: false, note: `can not be loaded: ${made.message}` });
      continue;
    }
    taken.add(known.name);
    found.push({ ...entry, isTaken: true, note: known.note });
    if (made === undefined) continue;
    instrumentations.push(made);
    if (known.manual !== undefined && client !== undefined) manual.push({ known, client, instrumentation: made });
  }
  found.push(...selfInstrumented(find, taken));
  return { found, instrumentations, patchClients: () => patchClients(manual) };
}

function refusalOf(
  known: KnownInstrumentation,
  client: InstalledPackage | undefined,
  names: readonly string[] | undefined,
  taken: ReadonlySet<string>,
): string | undefined {
  if (names !== undefined && !names.includes(known.name)) return 'not asked for';
  if (taken.has(known.name)) return 'another one for the same client is taken';
  if (known.client !== undefined && client === undefined) return `${known.client} is not installed`;
  if (known.fits !== undefined && client !== undefined && !isWithin(client.version, known.fits)) {
    const [from, below] = known.fits;
    return `fits ${client.name} from ${from} to below ${below}, and not ${client.version}: there it ${known.misfit ?? 'was not tried'}`;
  }
  return undefined;
}

function selfInstrumented(
  find: (name: string) => InstalledPackage | undefined,
  taken: ReadonlySet<string>,
): FoundInstrumentation[] {
  return SELF_INSTRUMENTED.flatMap(({ client: name, from, note }) => {
    const client = find(name);
    if (client === undefined || !isWithin(client.version, [from, '1000.0.0']) || taken.has(name)) return [];
    const { version } = client;
    return [{ name, package: name, version, client: `${name}@${version}`, isTaken: true, note }];
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

/** A client may be there twice, as a CommonJS and as an ES module: both are patched. */
async function patchClients(manual: readonly Manual[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { known, client, instrumentation } of manual) {
    const { module: specifier = '', export: name = '*' } = known.manual ?? {};
    const seen = new Set<unknown>();
    const loaders = [
      () => createRequire(path.join(client.directory, 'package.json'))(requiredPath(client, specifier)) as object,
      async () => {
        const file = importedFile(client, specifier);
        return file === undefined ? undefined : ((await import(pathToFileURL(file).href)) as object);
      },
    ];
    let error: unknown;
    for (const load of loaders) {
      try {
        const handed = handedOver(await load(), name);
        if (handed === undefined || seen.has(handed)) continue;
        seen.add(handed);
        instrumentation.manuallyInstrument?.(handed);
      } catch (thrown) {
        error = thrown;
      }
    }
    if (seen.size === 0) problems.push(`${known.package} could not be handed ${specifier}: ${String(error)}`);
  }
  return problems;
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
