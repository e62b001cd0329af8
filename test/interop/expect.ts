/** Writes the expected rows of the corpus again: `npm run corpus:expect [-- recording ...]`. Read the difference before you commit it. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startCollector } from '../collector-fixture.ts';
import { ask, EXPECTED, fileOf, recordings, replay } from './replay.ts';

const wanted = process.argv.slice(2);
const all = await recordings();
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`There is no recording ${unknown.join(', ')}. There are: ${all.join(', ')}.`);

const collector = await startCollector();
try {
  // All of them, as in the test: what one recording says must not depend on which others are there.
  for (const recording of all) await replay(collector, recording);
  await collector.settled();
  for (const recording of wanted.length > 0 ? wanted : all) {
    for (const query of EXPECTED) {
      const file = fileOf(recording, `expected/${query}.tsv`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, await ask(collector, query, recording));
    }
  }
} finally {
  await collector.stop();
}
