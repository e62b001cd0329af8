import { defineConfig } from 'vitest/config';

const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

/** One project a kind of test; each file runs in a process of its own, since some start an engine. */
export default defineConfig({
  ...source,
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: ['unit', 'property', 'golden', 'conformance', 'e2e', 'faults', 'interop', 'redis', 'replicas'].map(
      (name) => ({
        ...source,
        test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: 180_000, hookTimeout: 180_000 },
      }),
    ),
  },
});
