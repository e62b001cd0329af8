import { writeFile } from 'node:fs/promises';
import { composeUsers } from './users.ts';

await writeFile(new URL('clickhouse/users.xml', import.meta.url), composeUsers());
await writeFile(new URL('cluster/users.xml', import.meta.url), composeUsers(true));
