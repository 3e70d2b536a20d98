import { defineConfig } from 'vitest/config';

// the configuration file of vitest has to be a default export
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    include: ['detector/**/*.test.ts', 'lab/**/*.test.ts'],
    // a process for each file: the detector patches what all files of a worker share
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    execArgv: ['--expose-gc'],
    // imports JSON as bundlers let it
    server: { deps: { inline: ['@actions/workflow-parser'] } },
  },
});
