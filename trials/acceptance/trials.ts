import { fromJestJson, fromMochaJson, fromNodeJunit } from './results.ts';
import type { ModuleKind } from './suites.ts';
import type { Trial } from './trial.ts';

/** ms that a test may take; beyond this vitest also lists a test as slow, and on a busy machine all are slow. */
const patience = 60_000;

/** Every runner that leaklab has an entry for, in each way to run that matters to the detector. */
export const trials: readonly Trial[] = [
  vitest('pool forks', ['--pool=forks']),
  vitest('pool threads', ['--pool=threads']),
  vitest('pool vmThreads', ['--pool=vmThreads']),
  vitest('pool forks, with coverage', ['--pool=forks', '--coverage']),
  older(vitest('pool forks', ['--pool=forks']), '4.1.12'),
  // these have no hooks around files and tests
  ...['4.0.18', '3.2.7', '2.1.9'].map((version) =>
    older(vitest('pool forks', ['--pool=forks']), version, ['second run']),
  ),
  nodeTest('ES modules', 'esm'),
  nodeTest('CommonJS', 'cjs'),
  jest('CommonJS', 'cjs', []),
  jest('CommonJS, with coverage', 'cjs', ['--coverage']),
  jest('ES modules', 'esm', []),
  ...['29.7.0', '28.1.3', '27.5.1'].flatMap((version) => [
    older(jest('CommonJS', 'cjs', []), version),
    older(jest('ES modules', 'esm', []), version),
  ]),
  mocha('serial', []),
  mocha('parallel', ['--parallel', '--jobs', '2']),
  ...['11.8.0', '10.8.2', '9.2.2', '8.4.0'].flatMap((version) => {
    const command = /^[89]\./.test(version) ? 'mocha' : 'mocha.js';
    const reporter = version.startsWith('8.') ? './json-file.cjs' : 'json';
    const made = [
      mocha('serial', [], command, reporter),
      mocha('parallel', ['--parallel', '--jobs', '2'], command, reporter),
    ];
    // their yargs doesn't load on Node 26
    const last = command === 'mocha' ? { lastNode: 24 } : {};
    return made.map((trial) => ({ ...older(trial, version), ...last }));
  }),
];

/** Returns a trial of an older version of its runner. */
function older(trial: Trial, version: string, without: Trial['without'] = []): Trial {
  const name = trial.name.replace(',', ` ${version},`);
  return { ...trial, name, version, without: [...trial.without, ...without] };
}

function vitest(name: string, options: readonly string[]): Trial {
  return {
    name: `vitest, ${name}`,
    entry: 'leaklab/vitest',
    package: 'vitest',
    names: 'vitest.js',
    module: 'esm',
    without: [],
    run: 'file by file',
    config: (isWatched) => ({
      'vitest.config.js': `export default { test: { setupFiles: ${isWatched ? "['leaklab/vitest']" : '[]'}, maxConcurrency: 20, testTimeout: ${patience}, slowTestThreshold: ${patience} } };`,
    }),
    args: (files, _isWatched, results) => [
      '../node_modules/vitest/vitest.mjs',
      'run',
      ...options,
      '--reporter=default',
      ...(results === undefined ? [] : ['--reporter=json', `--outputFile.json=${results}`]),
      ...files,
    ],
    read: fromJestJson,
  };
}

function nodeTest(name: string, module: ModuleKind): Trial {
  return {
    name: `node:test, ${name}`,
    entry: 'leaklab/node-test',
    names: 'node-test.js',
    module,
    // node:test has no rows and no retries
    without: ['rows', 'retry', 'second run'],
    run: 'file by file',
    config: () => ({}),
    args: (files, isWatched, results) => [
      ...(isWatched ? ['--import', 'leaklab/node-test'] : []),
      '--test',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      ...(results === undefined ? [] : ['--test-reporter=junit', `--test-reporter-destination=${results}`]),
      ...files,
    ],
    read: fromNodeJunit,
  };
}

function jest(name: string, module: ModuleKind, options: readonly string[]): Trial {
  const exported = module === 'esm' ? 'export default' : 'module.exports =';
  return {
    name: `jest, ${name}`,
    entry: 'leaklab/jest',
    package: 'jest',
    names: 'jest.js',
    module,
    without: [],
    run: 'file by file',
    // jest's own transform stays on, so leaklab must map lines back to the source
    config: (isWatched) => ({
      'jest.config.js': `${exported} { setupFiles: ['./fetch.cjs'], setupFilesAfterEnv: ${isWatched ? "['leaklab/jest']" : '[]'}, maxConcurrency: 20, testTimeout: ${patience} };`,
      // jest 27 hides it from tests
      'fetch.cjs': "globalThis.fetch ??= require('vm').runInThisContext('fetch');",
    }),
    args: (files, _isWatched, results) => [
      // as the documentation of jest says
      ...(module === 'esm' ? ['--experimental-vm-modules', '--no-warnings'] : []),
      '../node_modules/jest/bin/jest.js',
      '--watchman=false',
      ...options,
      ...(results === undefined ? [] : ['--json', `--outputFile=${results}`]),
      ...files,
    ],
    read: fromJestJson,
  };
}

/** A reporter for mocha 8, whose JSON reporter writes no file and fails at hooks of `--parallel`. */
const jsonFile = `module.exports = class {
  constructor(runner, { reporterOptions: { output } }) {
    const results = { passes: [], failures: [] };
    const told = (each) => ({ title: each.title, fullTitle: each.titlePath().join(' '), file: each.file });
    runner.on('pass', (test) => results.passes.push({ ...told(test), err: {} }));
    runner.on('fail', (test, { message, stack }) => results.failures.push({ ...told(test), err: { message, stack } }));
    runner.once('end', () => require('fs').writeFileSync(output, JSON.stringify(results)));
  }
};`;

function mocha(name: string, options: readonly string[], command = 'mocha.js', reporter = 'json'): Trial {
  return {
    name: `mocha, ${name}`,
    entry: 'leaklab/mocha',
    package: 'mocha',
    names: 'mocha.js',
    module: 'esm',
    // mocha runs the tests of a file one after the other, and has no rows
    without: ['at the same time', 'rows'],
    run: options.length === 0 ? 'one check' : 'file by file',
    config: () => (reporter === 'json' ? {} : { [reporter]: jsonFile }),
    args: (files, isWatched, results) => [
      `../node_modules/mocha/bin/${command}`,
      `--timeout=${patience}`,
      ...(isWatched ? ['--require', 'leaklab/mocha'] : []),
      ...options,
      ...(results === undefined ? [] : ['--reporter', reporter, '--reporter-option', `output=${results}`]),
      ...files,
    ],
    read: fromMochaJson,
    exitCode: (failures) => failures,
  };
}
