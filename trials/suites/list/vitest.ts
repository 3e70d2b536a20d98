import type { Suite } from '../suite.ts';

const vitest = 'vitest run --reporter=default --reporter=junit --outputFile.junit={results}';
const vitestLine = "'leaklab/vitest'";
/** Configuration in place of one that extends that of a monorepo, which is not in the tarball. */
const vitestConfig = (include: string, folder = 'checkout'): Readonly<Record<string, string>> => ({
  [`${folder}/vitest.config.ts`]: `export default { test: { include: ['${include}'], setupFiles: [{leaklab}] } };\n`,
});

/** Real suites of vitest. */
export const vitestSuites: readonly Suite[] = [
  {
    name: 'automerge-repo-network-websocket',
    package: '@automerge/automerge-repo-network-websocket',
    runner: 'vitest',
    install: 'automerge',
    folder: 'packages/automerge-repo-network-websocket',
    beside: { '@automerge/automerge-repo': 'packages/automerge-repo' },
    // its configuration extends that of its monorepo, which is not in the tarball
    files: {
      'vitest.config.js': 'export default { test: { setupFiles: [{leaklab}] } };\n',
    },
    command: 'vitest run --reporter=default --reporter=junit --outputFile.junit={results}',
    line: "'leaklab/vitest'",
    unsteady: {
      names: ['can sync'],
      why: 'the test gives up a document if its peer answers slowly',
    },
  },
  {
    name: 'automerge-nodefs',
    package: '@automerge/automerge-repo-storage-nodefs',
    runner: 'vitest',
    install: 'automerge-nodefs',
    folder: 'packages/automerge-repo-storage-nodefs',
    beside: { '@automerge/automerge-repo': 'packages/automerge-repo' },
    files: vitestConfig('test/*.test.ts', 'packages/automerge-repo-storage-nodefs'),
    command: vitest,
    line: vitestLine,
  },
  {
    name: 'automerge-messagechannel',
    package: '@automerge/automerge-repo-network-messagechannel',
    runner: 'vitest',
    install: 'automerge-messagechannel',
    folder: 'packages/automerge-repo-network-messagechannel',
    beside: { '@automerge/automerge-repo': 'packages/automerge-repo' },
    files: vitestConfig('test/*.test.ts', 'packages/automerge-repo-network-messagechannel'),
    command: vitest,
    line: vitestLine,
  },
  {
    name: 'cojson-transport-ws',
    package: 'cojson-transport-ws',
    runner: 'vitest',
    install: 'cojson-transport-ws',
    folder: 'checkout',
    files: vitestConfig('src/**/*.test.ts'),
    command: vitest,
    line: vitestLine,
  },
  {
    name: 'livekit-agents',
    package: '@livekit/agents',
    runner: 'vitest',
    install: 'livekit-agents',
    folder: 'checkout',
    files: vitestConfig('src/{*,stream/*,ipc/*}.test.ts'),
    command: vitest,
    line: vitestLine,
    leftOut: 'the folders that need models or a room',
  },
];
