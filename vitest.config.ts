import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// the configuration file of vitest has to be a default export
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    // a process for each file: the detector patches what all files of a worker share
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    execArgv: ['--expose-gc'],
    // many wait for processes that they have started
    maxWorkers: Math.max(4, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['{detector,lab,trials}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.long.test.ts'],
        },
      },
      // real runners, whole commands, hostile programs: `npm run long`
      { extends: true, test: { name: 'long', include: ['{detector,lab,trials}/**/*.long.test.ts'] } },
    ],
    // imports JSON as bundlers let it
    server: { deps: { inline: ['@actions/workflow-parser'] } },
  },
});
