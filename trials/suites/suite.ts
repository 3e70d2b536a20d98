import type { Runner } from '../../detector/internal.ts';

/** Runners with suites; no package was found that publishes more than a few tests for jest. */
export type SuiteRunner = Exclude<Runner, 'register' | 'jest'>;

/** Tests of a published package, with the way to run them. */
export interface Suite {
  readonly name: string;
  /** Name of the package in the registry. */
  readonly package: string;
  readonly runner: SuiteRunner;
  /** Folder of `installs/` with the exact versions of the package and its test dependencies. */
  readonly install: string;
  /** Folder of the package's copy, outside node_modules as in its own repository. */
  readonly folder: string;
  /** Other packages that the tests expect, with their folders. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Shell command to run in the copy before the tests, as the package's own scripts do. */
  readonly prepare?: string;
  /** The runner's command, with `{leaklab}` for the one line and `{results}` for the path of the results. */
  readonly command: string;
  /** Text that replaces `{leaklab}`. */
  readonly line: string;
  /** Files to write beside the copy, by path; `{leaklab}` is replaced here too. */
  readonly files?: Readonly<Record<string, string>>;
  /** Tests that are left out, and why. */
  readonly leftOut?: string;
  /** Tests that sometimes fail without leaklab, by parts of their names, and why. */
  readonly unsteady?: { readonly names: readonly string[]; readonly why: string };
}

const nodeReporters =
  '--test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination={results}';
const nodeTest = (rest: string): string =>
  `node {leaklab} ${rest.replace(/--test(?= )/, `--test ${nodeReporters}`)}`;
const nodeLine = '--import leaklab/node-test';

/** Suites that use real files, threads, child processes, servers and sockets. */
export const suites: readonly Suite[] = [
  {
    name: 'sonic-boom',
    package: 'sonic-boom',
    runner: 'node:test',
    install: 'sonic-boom',
    folder: 'checkout',
    command: nodeTest("--test --test-skip-pattern='/enormously large/' 'test/*.test.js'"),
    line: nodeLine,
    leftOut: 'six tests that write gigabytes, which take minutes each',
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
    unsteady: { names: ['string limit'], why: 'the test has 30 seconds for 512 MB' },
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
      'the tests of the browser build, which are written for tape; big.test.js, which takes three minutes; module-link and core.transpiled, which need the folders of a clone',
  },
  {
    name: 'piscina',
    package: 'piscina',
    runner: 'node:test',
    install: 'piscina',
    folder: 'checkout',
    command: nodeTest("--enable-source-maps --import=tsx --test 'test/*.test.ts'"),
    line: nodeLine,
    unsteady: { names: ['must be transferred'], why: 'the tests give a thread only 10 ms' },
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
    unsteady: { names: ['Test for hostname and port'], why: 'the test needs port 8000' },
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
      why: 'the tests give a child process only 300 ms to start',
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
      why: 'the test gives up a document if its peer answers slowly',
    },
  },
];
