import { writeFile } from 'node:fs/promises';
import { migrate } from '../../collector/src/engine/migrate.ts';
import { SQL_DIRECTORY } from '../../collector/src/tenant-tables.ts';
import { startTestEngine } from '../../test/engine-fixture.ts';
import { docsFile, generatePages } from './pages.ts';

const fixture = await startTestEngine();
try {
  await migrate(fixture.engine, { directory: SQL_DIRECTORY });
  for (const [name, text] of await generatePages(fixture.engine)) await writeFile(docsFile(name), text);
} finally {
  await fixture.stop();
}
