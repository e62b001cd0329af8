import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

/** Files below a folder of the repository, as paths from its root. */
function filesOf(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(folder, file));
}

const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const packages = readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}/src`);
const sources = ['collector/src', ...packages].flatMap((folder) => filesOf(folder, '.ts'));
const boards = filesOf('dashboards', '.ts');
const examples = filesOf('examples', '.ts').filter((file) => /^examples\/[^/]+\/src\//.test(file));

/** What a file imports or exports from: types too, and what it loads later. */
function importsOf(file: string): string[] {
  return Array.from(textOf(file).matchAll(/(?:\bfrom |\bimport\(|^import )'([^']+)'/gm), ([, from = '']) => from);
}

/** Folder of a file below collector/src; '' for the composition and what all share. */
const stageOf = (file: string): string => {
  const [first = '', ...below] = path.relative('collector/src', file).split(path.sep);
  return below.length === 0 ? '' : first;
};

// The stages in the order of the data, each with the stages that it may import from. `commands` stands on the whole collector.
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  keys: ['engine'],
  otlp: [],
  append: ['engine', 'otlp'],
  price: ['engine'],
  receive: ['append', 'keys', 'otlp'],
  project: ['append', 'engine', 'otlp'],
  settle: ['append', 'engine', 'otlp', 'price', 'project'],
  retention: ['engine'],
  sla: ['engine'],
  serve: ['keys', 'retention', 'sla'],
  commands: ['engine', 'keys', 'price', 'settle'],
};
/** Files beside the stages that a stage may import; all others compose stages and stand above them. */
const SHARED = ['collector/src/errors.ts'];

test('every folder of the collector is a stage of the table', () => {
  const stages = new Set(filesOf('collector/src', '.ts').map(stageOf));
  expect([...stages].filter((stage) => stage !== '').sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});

test.each(Object.entries(MAY_IMPORT))('imports of %s point only along the data', (stage, allowed) => {
  const wrong: string[] = [];
  for (const file of filesOf(`collector/src/${stage}`, '.ts')) {
    for (const from of importsOf(file).filter((name) => name.startsWith('.'))) {
      const target = path.join(path.dirname(file), from);
      const other = stageOf(target);
      const shared = other === '' && (stage === 'commands' || SHARED.includes(target));
      if (other !== stage && !allowed.includes(other) && !shared) wrong.push(`${file} imports ${from}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the packages import nothing of the collector, and semconv imports nothing at all', () => {
  const outward = sources
    .filter((file) => file.startsWith('packages/'))
    .flatMap((file) => importsOf(file).map((from) => [file, from] as const))
    .filter(([file, from]) => {
      const inside =
        from.startsWith('.') && path.join(path.dirname(file), from).startsWith(file.split('/src/')[0] ?? '');
      return !inside && (file.startsWith('packages/semconv/') || from.startsWith('.') || from.includes('collector'));
    });
  expect(outward).toEqual([]);
});

test('no file has more than 300 lines', () => {
  const files = [...sources, ...examples, ...boards, ...filesOf('collector/sql', '.sql')];
  const long = files.map((file) => [file, textOf(file).trimEnd().split('\n').length] as const);
  expect(long.filter(([, lines]) => lines > 300)).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});

test('every SQL file begins with a comment that says what it is for', () => {
  const files = filesOf('collector/sql', '.sql');
  expect(files.filter((file) => !/^-- \S/.test(textOf(file)))).toEqual([]);
  expect(files.length).toBeGreaterThan(20);
});

test('the environment is read in one file of each program', () => {
  const readers = [...sources, ...examples, ...boards].filter((file) =>
    /process\s*\.\s*env\b|process\[['"]env/.test(textOf(file)),
  );
  expect(readers.sort()).toEqual([
    'collector/src/cli.ts',
    'examples/multi-agent/src/main.ts',
    'packages/node/src/environment.ts',
  ]);
});

test('no module has a default export, and none exports all of another', () => {
  const found = [...sources, ...examples, ...boards].filter((file) => /^export (default|\*)/m.test(textOf(file)));
  expect(found).toEqual([]);
});
