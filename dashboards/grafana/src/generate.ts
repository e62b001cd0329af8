import { mkdir, writeFile } from 'node:fs/promises';
import { dashboardFiles, dashboardsDirectory } from './files.ts';

await mkdir(dashboardsDirectory, { recursive: true });
for (const [name, text] of dashboardFiles()) await writeFile(new URL(name, dashboardsDirectory), text);
