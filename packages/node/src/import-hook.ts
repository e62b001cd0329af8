import module from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { register, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs';

const HOOKED = Symbol.for('spanledger.import_hook');

/** Lets instrumentations see what is imported, and not only what is required. Only the modules that they watch go through it. */
export function hookImports(instrumentations: readonly Instrumentation[]): void {
  const include = [...new Set(instrumentations.flatMap(watchedModules))];
  const process = globalThis as { [HOOKED]?: boolean };
  if (include.length === 0 || process[HOOKED] === true) return;
  process[HOOKED] = true;
  if (supportsSyncHooks()) register({ include });
  else module.register('import-in-the-middle/hook.mjs', import.meta.url, { data: { include } });
}

function watchedModules(instrumentation: Instrumentation): string[] {
  const { getModuleDefinitions } = instrumentation as { getModuleDefinitions?(): readonly { name: string }[] };
  return getModuleDefinitions?.call(instrumentation).map(({ name }) => name) ?? [];
}
