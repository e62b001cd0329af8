import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../collector/src/engine/engine-contract.ts';
import { withOptionsTable } from './options-table.ts';
import { withScopesTable } from './scopes-table.ts';
import { semanticConventions } from './semantic-conventions.ts';
import { sqlReference } from './sql-reference.ts';

/** Absolute path of a file of the documentation. */
export function docsFile(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}

/** Every generated page by its file name. The engine must have the schema of this version. */
export async function generatePages(engine: Engine): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['semantic-conventions.md', await semanticConventions()],
    ['sql-reference.md', await sqlReference(engine)],
    ['security.md', withScopesTable(await readFile(docsFile('security.md'), 'utf8'), engine)],
    ['operations.md', withOptionsTable(await readFile(docsFile('operations.md'), 'utf8'))],
  ]);
}
