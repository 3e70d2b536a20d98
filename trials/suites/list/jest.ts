import type { Suite } from '../suite.ts';

const jest = 'jest --ci --config jest.leaklab.cjs --json --outputFile={results}';
const jestLine = "'leaklab/jest'";
const jestConfig = (rest: string): string =>
  `module.exports = { testEnvironment: 'node', setupFilesAfterEnv: [{leaklab}], ${rest} };\n`;

/** Real suites of jest. */
export const jestSuites: readonly Suite[] = [
  {
    name: 'launchdarkly-node-server-sdk',
    package: 'launchdarkly-node-server-sdk',
    runner: 'jest',
    install: 'launchdarkly-node-server-sdk',
    folder: 'checkout',
    files: {
      'checkout/jest.leaklab.cjs': jestConfig(
        "testMatch: ['**/*-test.js'], testPathIgnorePatterns: ['LDClient-tls-test', '/node_modules/']",
      ),
    },
    command: jest,
    line: jestLine,
    leftOut: 'LDClient-tls-test.js, whose certificates this OpenSSL refuses',
  },
  {
    name: 'modelcontextprotocol-sdk',
    package: '@modelcontextprotocol/sdk',
    runner: 'jest',
    install: 'modelcontextprotocol-sdk',
    folder: 'checkout',
    files: {
      'checkout/jest.leaklab.cjs': jestConfig(
        "testMatch: ['**/dist/**/*.test.js'], transform: { '\\\\.js$': ['babel-jest', { plugins: ['@babel/plugin-transform-modules-commonjs'] }] }",
      ),
    },
    command: jest,
    line: jestLine,
    unsteady: { names: ['should handle request timeout'], why: 'a time-out of 0 ms races an answer' },
  },
  {
    name: 'prom-client',
    package: 'prom-client',
    runner: 'jest',
    install: 'prom-client',
    folder: 'checkout',
    anew: 'prom-client',
    files: { 'checkout/jest.leaklab.cjs': jestConfig("testMatch: ['**/*.spec.js']") },
    command: jest,
    line: jestLine,
  },
  {
    name: 'launchdarkly-node-client-sdk',
    package: 'launchdarkly-node-client-sdk',
    runner: 'jest',
    install: 'launchdarkly-node-client-sdk',
    folder: 'checkout',
    files: { 'checkout/jest.leaklab.cjs': jestConfig("testMatch: ['**/*-test.js']") },
    command: jest,
    line: jestLine,
  },
];
