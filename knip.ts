import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  ignoreExportsUsedInFile: true,
  // What needs a library stands behind a subpath export whose peer is optional.
  rules: { optionalPeerDependencies: 'off' },
  workspaces: {
    '.': {
      entry: [
        'test/**/*.test.ts',
        'test/e2e/node-apps/*.ts',
        'test/faults/*.ts',
        'test/redis/apps/*.ts',

        'test/bench/baseline/server.ts',
      ],
      project: ['test/**/*.ts', 'docs/generate/*.ts', 'compose/*.ts', '!test/otlp/generated/**'],
      // Of util-linux; of Redis.
      ignoreBinaries: ['fallocate', 'mount', 'umount', 'redis-server'],
      // Called by test/otlp/generate.sh; found installed by apps of test/e2e/node-apps.
      ignoreDependencies: [
        '@bufbuild/buf',
        '@bufbuild/protoc-gen-es',
        '@opentelemetry/instrumentation-http',
        '@opentelemetry/instrumentation-undici',
      ],
    },
    'examples/quick-start': { entry: ['src/*.ts'] },
    dashboards: { project: ['grafana/src/**/*.ts'] },
    collector: {
      entry: ['src/cli.ts', 'src/engine/embedded-child.ts'],
      project: ['src/**/*.ts'],
      // A peer of hono-openapi; SQL files that a path names.
      ignoreDependencies: ['@hono/standard-validator', '@spanledger/dashboards'],
    },
  },
};

export default config;
