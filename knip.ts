import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  ignoreExportsUsedInFile: true,
  workspaces: {
    '.': {
      entry: ['test/**/*.test.ts', 'test/faults/*.ts'],
      project: ['test/**/*.ts', 'docs/generate/*.ts', '!test/otlp/generated/**'],
      // Called by test/otlp/generate.sh.
      ignoreDependencies: ['@bufbuild/buf', '@bufbuild/protoc-gen-es'],
    },
    dashboards: { project: ['grafana/src/**/*.ts'] },
    collector: {
      entry: ['src/cli.ts', 'src/engine/embedded-child.ts'],
      project: ['src/**/*.ts'],
      // A peer of hono-openapi.
      ignoreDependencies: ['@hono/standard-validator'],
    },
  },
};

export default config;
