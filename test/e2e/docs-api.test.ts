import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocks, type RecordedCrew, ROOT, readPage, recordCrew } from './docs-fixture.ts';

const HERE = 'http://127.0.0.1:4318';
const run = promisify(execFile);
let crew: RecordedCrew;
let stepId: string;

beforeAll(async () => {
  crew = await recordCrew();
  const found = await crew.collector.query<{ step_id: string }>("SELECT step_id FROM steps WHERE node_id = 'planner'");
  stepId = found[0]?.step_id ?? '';
});
afterAll(() => crew.collector.stop());

/** Says what of a documented answer the real one lacks; of lists one item must be as documented. */
function lacks(real: unknown, documented: unknown, at = '$'): string[] {
  if (documented === null || real === null) return [];
  if (Array.isArray(documented)) {
    if (!Array.isArray(real)) return [`${at} is no list`];
    return documented.flatMap((item, index) => {
      const found = real.map((one) => lacks(one, item, `${at}[${index}]`));
      return found.some((problems) => problems.length === 0) ? [] : (found[0] ?? [`${at} is empty`]);
    });
  }
  if (typeof documented === 'object') {
    if (typeof real !== 'object') return [`${at} is no object`];
    return Object.entries(documented).flatMap(([key, value]) =>
      key in real ? lacks((real as Record<string, unknown>)[key], value, `${at}.${key}`) : [`${at}.${key} is missing`],
    );
  }
  return typeof real === typeof documented ? [] : [`${at} is ${typeof real}, not ${typeof documented}`];
}

const api = await readPage('docs/api.md');
const sections = api.split(/^##+ /m).map((text) => ({
  title: text.split('\n', 1)[0] ?? '',
  command: blocks(text, 'sh')[0],
  answer: blocks(text, 'json')[0],
}));
const routes = sections.filter(({ title }) => title.startsWith('GET /'));

test('the page has a section for each route of the OpenAPI document and of health', async () => {
  const { paths } = await crew.collector.get<{ paths: Record<string, object> }>('/openapi.json');
  const expected = [...Object.keys(paths), '/healthz', '/readyz', '/metrics'].map((route) => `GET ${route}`);
  expect(routes.map(({ title }) => title).sort()).toEqual(expected.sort());
});

test.each(routes.filter(({ command }) => command !== undefined))(
  '$title answers as shown',
  async ({ command, answer }) => {
    const address = /http:\S+?(?=['"]?\n)/.exec(command ?? '')?.[0] ?? '';
    const url = address.replace(HERE, crew.collector.url).replace('$RUN', crew.runId).replace('$STEP', stepId);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(lacks(await response.json(), JSON.parse(answer ?? ''))).toEqual([]);
  },
);

test('the OTLP example is answered as shown', async () => {
  const { command = '', answer = '' } = sections.find(({ title }) => title === 'OTLP') ?? {};
  const response = await crew.collector.post('traces', /-d '(.*)'/.exec(command)?.[1] ?? '');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(JSON.parse(answer));
});

test('the TypeScript of the client page and of the README compiles and runs', async () => {
  // Inside the repository, so that the package is found.
  const folder = path.join(ROOT, 'node_modules/.cache/docs-examples');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, page] of [
    ['client', 'docs/client.md'],
    ['readme', 'README.md'],
  ] as const) {
    const source = blocks(await readPage(page), 'ts')
      .join('\n')
      .replaceAll(HERE, crew.collector.url);
    await writeFile(path.join(folder, `${name}.ts`), source.replaceAll('run-abc123', crew.runId));
  }
  const compilerOptions = {
    composite: false,
    isolatedDeclarations: false,
    declarationMap: false,
    outDir: 'out',
    rootDir: '.',
  };
  const config = { extends: path.join(ROOT, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] };
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  const compiled = await run(path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder]).catch((error) => error);
  expect(compiled.stdout).toBe('');
  const execute = async (name: string): Promise<string> =>
    (await run(process.execPath, ['--conditions=source', path.join(folder, 'out', `${name}.js`)])).stdout;
  const client = await execute('client');
  expect(client).toContain('planner commit completed');
  expect(client).toMatch(/p50=[\d.]+ms/);
  expect(client).toContain('total violations: 1');
  expect(client).toContain('Steps:    11');
  expect(client).toContain('not found: RUN_NOT_FOUND');
  expect(await execute('readme')).toContain('publisher reject');
});
