import type { Runner } from '../../detector/internal.ts';

/** jest is missing: no package has been found that publishes more than a test or two of it. */
export type SuiteRunner = Exclude<Runner, 'register' | 'jest'>;

/** Tests of an open package as it was published, and how they are run. */
export interface Suite {
  readonly name: string;
  /** The package, as the registry has it. */
  readonly package: string;
  readonly runner: SuiteRunner;
  /** A folder of `installs/`: the exact versions of the package and of what its tests need. */
  readonly install: string;
  /** Where the package's copy stands in that folder; tests and code are not to lie in node_modules, as at home. */
  readonly folder: string;
  /** Other packages that its tests look for beside it, and where. */
  readonly beside?: Readonly<Record<string, string>>;
  /** What its own scripts do before the tests, as a command of the shell in the copy. */
  readonly prepare?: string;
  /** The runner's command; `{leaklab}` is where the one line goes, `{results}` where the runner's own report. */
  readonly command: string;
  /** What stands for `{leaklab}`. */
  readonly line: string;
  /** Files beside the copy, by their paths; `{leaklab}` in them is replaced as well. */
  readonly files?: Readonly<Record<string, string>>;
  /** Tests that are not run, and why. */
  readonly leftOut?: string;
  /** Tests that now and then fail without us, by parts of their names, and why. */
  readonly unsteady?: { readonly names: readonly string[]; readonly why: string };
}

const nodeReporters =
  '--test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination={results}';
const nodeTest = (rest: string): string =>
  `node {leaklab} ${rest.replace(/--test(?= )/, `--test ${nodeReporters}`)}`;
const nodeLine = '--import leaklab/node-test';

/** All of them use real files, threads, child processes, servers and sockets. */
export const suites: readonly Suite[] = [
  {
    name: 'sonic-boom',
    package: 'sonic-boom',
    runner: 'node:test',
    install: 'sonic-boom',
    folder: 'checkout',
    command: nodeTest("--test --test-skip-pattern='/enormously large/' 'test/*.test.js'"),
    line: nodeLine,
    leftOut: 'six tests of writes of gigabytes, which take minutes of disk each',
  },
  {
    name: 'thread-stream',
    package: 'thread-stream',
    runner: 'node:test',
    install: 'thread-stream',
    folder: 'checkout',
    prepare: 'sh test/ts/transpile.sh',
    command: nodeTest("--test --expose-gc 'test/*.test.{js,mjs}'"),
    line: nodeLine,
    unsteady: { names: ['string limit'], why: 'it has 30 seconds for 512 MB' },
  },
  {
    name: 'pino',
    package: 'pino',
    runner: 'node:test',
    install: 'pino',
    folder: 'checkout',
    prepare: 'node test/fixtures/ts/transpile.cjs',
    command: nodeTest(
      "--test 'test/!(browser*).test.js' 'test/internals/*.test.js' 'test/esm/*.mjs' 'test/transport/!(big|module-link|core.transpiled).test.{js,mjs}'",
    ),
    line: nodeLine,
    leftOut:
      'the tests of the browser build, which are written for tape; big.test.js, which takes three minutes; module-link and core.transpiled, which want the folders of a clone',
  },
  {
    name: 'piscina',
    package: 'piscina',
    runner: 'node:test',
    install: 'piscina',
    folder: 'checkout',
    command: nodeTest("--enable-source-maps --import=tsx --test 'test/*.test.ts'"),
    line: nodeLine,
    unsteady: { names: ['must be transferred'], why: 'they give a thread 10 ms' },
  },
  {
    name: 'fastify',
    package: 'fastify',
    runner: 'node:test',
    install: 'fastify',
    folder: 'checkout',
    command: nodeTest(
      "--test 'test/{http2,https,logger,diagnostics-channel}/*.test.js' 'test/{close,listen,stream,server,hooks,upgrade,web-api,als}*.test.js' 'test/*-timeout.test.js'",
    ),
    line: nodeLine,
    leftOut: 'the other files, which mostly call into the framework without a socket',
    unsteady: { names: ['Test for hostname and port'], why: 'it wants port 8000' },
  },
  {
    name: 'terminus',
    package: '@godaddy/terminus',
    runner: 'mocha',
    install: 'terminus',
    folder: 'checkout',
    command: "mocha {leaklab} --reporter json --reporter-option output={results} 'lib/**/*.spec.js'",
    line: '--require leaklab/mocha',
    leftOut: 'index.spec.js, which is not in the tarball',
    unsteady: {
      names: ['signal received', 'shutting down', 'SendFailureDuringShutdown'],
      why: 'they give a child process 300 ms to start',
    },
  },
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
      why: 'a document is given up when its peer is slow to answer',
    },
  },
];
