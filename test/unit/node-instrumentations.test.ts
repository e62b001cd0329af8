import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { INSTRUMENTATIONS } from '@spanledger/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findInstrumentations } from '../../packages/node/src/find-instrumentations.ts';
import { findPackage, importedFile, isModuleProgram, isWithin } from '../../packages/node/src/installed-package.ts';

let app: string;
beforeEach(async () => {
  app = await mkdtemp(path.join(os.tmpdir(), 'spanledger-app-'));
});
afterEach(() => rm(app, { recursive: true, force: true }));

/** Installs a package of one CommonJS file, and of one ES module where there is code for it. */
async function install(name: string, version: string, code: string, esm?: string): Promise<void> {
  const directory = path.join(app, 'node_modules', name);
  await mkdir(directory, { recursive: true });
  const exports = { '.': { ...(esm === undefined ? {} : { import: './index.mjs' }), default: './index.cjs' } };
  await writeFile(
    path.join(directory, 'package.json'),
    JSON.stringify({ name, version, main: './index.cjs', exports }),
  );
  await writeFile(path.join(directory, 'index.cjs'), code);
  if (esm !== undefined) await writeFile(path.join(directory, 'index.mjs'), esm);
}

/** An instrumentation that keeps what it is handed. */
const kept = (exported: string): string => `
  globalThis.handed ??= [];
  exports.${exported} = class {
    constructor(options) { this.options = options; }
    manuallyInstrument(client) { globalThis.handed.push(client); }
  };`;
const handed = (): unknown[] => (globalThis as { handed?: unknown[] }).handed?.splice(0) ?? [];
const find = (captureContent = false, names?: readonly string[], isModule = true) =>
  findInstrumentations({ directories: [path.join(app, 'elsewhere'), app], captureContent, names, isModule });
const told = (found = find().found) => found.map((one) => [one.package, one.client, one.isTaken] as const);

describe('instrumentations that are installed', () => {
  test('none', () => {
    expect(find()).toMatchObject({ found: [], instrumentations: [] });
  });

  test('one that fits its client is taken; without its client it is not', async () => {
    await install('@opentelemetry/instrumentation-openai', '0.22.0', kept('OpenAIInstrumentation'));
    expect(told()).toEqual([['@opentelemetry/instrumentation-openai', undefined, false]]);
    await install('openai', '6.49.0', '');
    expect(told()).toEqual([['@opentelemetry/instrumentation-openai', 'openai@6.49.0', true]]);
    expect(find().instrumentations).toHaveLength(1);
  });

  test('one that is known not to fit is not taken, and it is said why', async () => {
    await install('@opentelemetry/instrumentation-openai', '0.22.0', kept('OpenAIInstrumentation'));
    await install('openai', '7.57.0', '');
    expect(find().found).toMatchObject([
      {
        isTaken: false,
        isMisfit: true,
        note: expect.stringMatching(/below 7\.0\.0, and not 7\.57\.0.*no spans at all/),
      },
    ]);
  });

  test('of several for one client the first that fits is taken', async () => {
    await install('@opentelemetry/instrumentation-openai', '0.22.0', kept('OpenAIInstrumentation'));
    await install('@arizeai/openinference-instrumentation-openai', '4.2.7', kept('OpenAIInstrumentation'));
    await install('openai', '6.49.0', '');
    expect(told().map(([name, , isTaken]) => [name, isTaken])).toEqual([
      ['@opentelemetry/instrumentation-openai', true],
      ['@arizeai/openinference-instrumentation-openai', false],
    ]);
    await install('openai', '7.57.0', '');
    expect(told().map(([name, , isTaken]) => [name, isTaken])).toEqual([
      ['@opentelemetry/instrumentation-openai', false],
      ['@arizeai/openinference-instrumentation-openai', true],
    ]);
  });

  test('a client that writes spans of its own needs none, and its instrumentation would double them', async () => {
    await install('@arizeai/openinference-instrumentation-anthropic', '0.2.8', kept('AnthropicInstrumentation'));
    await install('@anthropic-ai/sdk', '1.12.0', '');
    expect(find().found).toMatchObject([
      { name: 'anthropic', isTaken: false, note: expect.stringContaining('not needed') },
      { name: '@anthropic-ai/sdk', isTaken: true, note: 'writes spans of its own' },
    ]);
  });

  test('only those asked for are taken', async () => {
    await install('@opentelemetry/instrumentation-http', '0.301.0', kept('HttpInstrumentation'));
    expect(find(false, ['openai']).found).toMatchObject([{ isTaken: false, note: 'not asked for' }]);
    expect(find(false, ['http']).found).toMatchObject([{ isTaken: true }]);
  });

  test('content is recorded only where it is asked for', async () => {
    await install('@opentelemetry/instrumentation-openai', '0.22.0', kept('OpenAIInstrumentation'));
    await install('openai', '6.49.0', '');
    expect(find(false).instrumentations).toMatchObject([{ options: { captureMessageContent: false } }]);
    expect(find(true).instrumentations).toMatchObject([{ options: { captureMessageContent: true } }]);
  });

  test('one that can not be loaded is said, and fails nothing', async () => {
    await install('@opentelemetry/instrumentation-http', '0.301.0', 'throw new Error("broken")');
    expect(find().found).toMatchObject([{ isTaken: false, note: 'can not be loaded: broken' }]);
  });

  test('clients are handed over by hand, of the app’s own kind', async () => {
    await install('@arizeai/openinference-instrumentation-openai', '4.2.7', kept('OpenAIInstrumentation'));
    await install('openai', '7.57.0', 'exports.OpenAI = "required"', 'export const OpenAI = "imported"');
    expect(await find().patchClients()).toEqual([]);
    expect(handed()).toEqual(['imported']);
    expect(await find(false, undefined, false).patchClients()).toEqual([]);
    expect(handed()).toEqual(['required']);
  });

  test('a client that has nothing of that kind is handed over as what it is', async () => {
    await install('@arizeai/openinference-instrumentation-openai', '4.2.7', kept('OpenAIInstrumentation'));
    await install('openai', '7.57.0', 'exports.OpenAI = "required"', 'throw new Error("no")');
    expect(await find().patchClients()).toEqual([]);
    expect(handed()).toEqual(['required']);
  });

  test('a client of several modules is handed over by those that the table names', async () => {
    const client = '@modelcontextprotocol/sdk';
    await install(client, '1.32.2', '');
    const directory = path.join(app, 'node_modules', client);
    const exports = {
      './client': { import: './client/index.mjs', require: './client/index.cjs' },
      './*.js': './*.mjs',
    };
    await writeFile(path.join(directory, 'package.json'), JSON.stringify({ name: client, version: '1.32.2', exports }));
    await Promise.all(['client', 'server'].map((name) => mkdir(path.join(directory, name))));
    for (const name of ['client/stdio', 'client/streamableHttp', 'server/stdio', 'client/index']) {
      await writeFile(path.join(directory, `${name}.mjs`), `export const name = '${name}'`);
    }
    await writeFile(path.join(directory, 'client/index.cjs'), 'exports.name = "required"');
    await install('@traceloop/instrumentation-mcp', '0.27.0', kept('McpInstrumentation'));
    expect(await find().patchClients()).toEqual([]);
    expect(await find(false, undefined, false).patchClients()).toEqual([]);
    expect(handed()).toMatchObject([{ name: 'client/index' }, { name: 'required' }]);
    await install('@arizeai/openinference-instrumentation-mcp', '0.2.33', kept('MCPInstrumentation'));
    expect(await find().patchClients()).toEqual([]);
    expect(handed()).toMatchObject([
      {
        clientStdioModule: { name: 'client/stdio' },
        clientStreamableHTTPModule: { name: 'client/streamableHttp' },
        serverStdioModule: { name: 'server/stdio' },
      },
    ]);
    const gone = { name: client, version: '1.32.2', exports: { './*.js': './gone/*.mjs' } };
    await writeFile(path.join(directory, 'package.json'), JSON.stringify(gone));
    expect(await find().patchClients()).toEqual([expect.stringContaining(`could not be handed ${client}`)]);
  });

  test('a client that can not be loaded is said', async () => {
    await install('@arizeai/openinference-instrumentation-openai', '4.2.7', kept('OpenAIInstrumentation'));
    await install('openai', '7.57.0', 'throw new Error("no")', 'throw new Error("no")');
    expect(await find().patchClients()).toEqual([expect.stringContaining('could not be handed openai')]);
  });
});

describe('packages', () => {
  test('are found from the app upwards', async () => {
    await install('openai', '6.49.0', '');
    const below = path.join(app, 'packages/one');
    await mkdir(below, { recursive: true });
    expect(findPackage('openai', below)).toMatchObject({ version: '6.49.0' });
    expect(findPackage('no-such-package-anywhere', below)).toBeUndefined();
  });

  test.each([
    ['exports as one text', { exports: './a.mjs' }, 'p', 'a.mjs'],
    [
      'conditions',
      { exports: { require: './a.cjs', import: { types: './a.d.ts', default: './a.mjs' } } },
      'p',
      'a.mjs',
    ],
    ['subpaths', { exports: { '.': './a.mjs', './sub': { import: './sub.mjs' } } }, 'p/sub', 'sub.mjs'],
    ['patterns', { exports: { './*': './all/*', './sub/*.js': { import: './esm/*.mjs' } } }, 'p/sub/a.js', 'esm/a.mjs'],
    ['a main alone', { main: './a.cjs' }, 'p', 'a.cjs'],
    ['nothing for it', { exports: { '.': './a.mjs' } }, 'p/sub', undefined],
  ])('%s: the file that an import loads', (_, fields, specifier, file) => {
    const installed = { name: 'p', version: '1.0.0', directory: '/p', exports: undefined, main: undefined, ...fields };
    expect(importedFile(installed, specifier)).toBe(file === undefined ? undefined : path.join('/p', file));
  });

  test('a program is an ES module by its ending, or by its package', async () => {
    await writeFile(path.join(app, 'package.json'), '{"type":"module"}');
    const is = ['a.js', 'a.ts', 'a.cjs', 'a.mjs'].map((name) => isModuleProgram(path.join(app, name)));
    expect(is).toEqual([true, true, false, true]);
    await writeFile(path.join(app, 'package.json'), '{}');
    expect(isModuleProgram(path.join(app, 'a.js'))).toBe(false);
  });

  test.each([
    ['6.49.0', true],
    ['4.19.0', true],
    ['4.18.9', false],
    ['7.0.0', false],
    ['6.0.0-beta.1', true],
  ])('%s is within 4.19.0 and below 7.0.0: %s', (version, is) => {
    expect(isWithin(version, ['4.19.0', '7.0.0'])).toBe(is);
  });
});

test('the table names a way for everything that it makes', () => {
  for (const one of INSTRUMENTATIONS) {
    if (one.export === undefined) expect(one.note).toBeDefined();
    if (one.manual !== undefined) expect(one.client).toBeDefined();
    if (one.misfit !== undefined) expect(one.fits).toBeDefined();
  }
});
