import type { Suite } from '../suite.ts';

const nodeReporters =
  '--test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination={results}';
const nodeTest = (rest: string): string =>
  `node {leaklab} ${rest.replace(/--test(?= )/, `--test ${nodeReporters}`)}`;
const nodeLine = '--import leaklab/node-test';

/** Real suites of node:test. */
export const nodeTestSuites: readonly Suite[] = [
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
    name: 'aedes',
    package: 'aedes',
    runner: 'node:test',
    install: 'aedes',
    folder: 'checkout',
    command: nodeTest("--test --test-timeout=180000 'test/!(drain-toxiproxy|helper|utils).js'"),
    line: nodeLine,
    leftOut: 'drain-toxiproxy.js, which needs a proxy server',
    unsteady: { names: ['drainTimeout disconnects slow client'], why: 'the test needs a quick machine' },
  },
  {
    name: 'fastify-websocket',
    package: '@fastify/websocket',
    runner: 'node:test',
    install: 'fastify-websocket',
    folder: 'checkout',
    command: nodeTest("--test 'test/*.test.js'"),
    line: nodeLine,
  },
  {
    name: 'fastify-http-proxy',
    package: '@fastify/http-proxy',
    runner: 'node:test',
    install: 'fastify-http-proxy',
    folder: 'checkout',
    command: nodeTest("--test --test-timeout=60000 'test/*.js'"),
    line: nodeLine,
  },
  {
    name: 'light-my-request',
    package: 'light-my-request',
    runner: 'node:test',
    install: 'light-my-request',
    folder: 'checkout',
    command: nodeTest("--test 'test/*.test.js'"),
    line: nodeLine,
  },
];
