import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const docs = (await readdir(path.join(root, 'docs')))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const pages = await Promise.all(
  ['README.md', ...docs].map(async (name) => ({ name, text: await readFile(path.join(root, name), 'utf8') })),
);

/** Anchors of a page's headings, as GitHub makes them. */
function anchors(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('links of $name lead somewhere', ({ name, text }) => {
  for (const [, target = ''] of text.matchAll(/\]\(((?!https?:)[^)]+)\)/g)) {
    const [file = '', anchor] = target.split('#');
    const linked = path.normalize(path.join(path.dirname(name), file === '' ? path.basename(name) : file));
    expect(existsSync(path.join(root, linked)), `${name}: ${target}`).toBe(true);
    if (anchor === undefined) continue;
    const page = pages.find((one) => one.name === linked);
    expect(anchors(page?.text ?? ''), `${name}: ${target}`).toContain(anchor);
  }
});

test.each(pages)('files that $name names are there', ({ name, text }) => {
  // The design page also names what is to come.
  if (name === 'docs/design.md') return;
  for (const [, file = ''] of text.matchAll(/`((?:collector|packages|examples|test|docs)\/[\w./-]+)`/g)) {
    expect(existsSync(path.join(root, file)), `${name}: ${file}`).toBe(true);
  }
});

test.each(pages)('$name names no path of a machine', ({ text }) => {
  expect(text).not.toMatch(/(?<![\w.])\/(?:work|tmp|root|home|Users)\b|\.\.\/shared/);
});

test('the command that the README names is linked by npm ci: its file is there before any build', async () => {
  const { bin } = JSON.parse(await readFile(path.join(root, 'collector/package.json'), 'utf8'));
  expect(pages.some(({ text }) => text.includes('npx spanledger'))).toBe(true);
  expect(bin.spanledger).not.toMatch(/^(?:\.\/)?dist\//);
  expect(existsSync(path.join(root, 'collector', bin.spanledger))).toBe(true);
});
