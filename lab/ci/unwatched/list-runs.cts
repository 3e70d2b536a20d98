/**
 * Lists the test files that vitest or jest runs, with their projects, beside the reports of the watched ones.
 *
 * `leaklab ci` preloads it by NODE_OPTIONS; in all but the main process of such a runner it does nothing.
 */
import type * as Fs from 'node:fs';
import type * as NodeModule from 'node:module';
import type * as Path from 'node:path';
import type * as Url from 'node:url';
import type * as Threads from 'node:worker_threads';
import type { ListedRun, ListedRuns } from './listed-runs.ts';
import type { JestTest, Sequencer, VitestContext, VitestRun, VitestTask } from './runner-types.ts';

// not imported: an older Node than leaklab's, which may run the tests, needs require
const { realpathSync, mkdirSync, writeFileSync } = require('node:fs') as typeof Fs;
const { dirname, join } = require('node:path') as typeof Path;
const { pathToFileURL } = require('node:url') as typeof Url;
const { isMainThread } = require('node:worker_threads') as typeof Threads;

const folder = process.env['LEAKLAB_REPORTS'] ?? '';
const [, main = ''] = process.argv;

if (isMainThread && folder !== '' && main !== '') {
  const file = realOf(main);
  if (/[\\/]vitest[\\/]vitest\.mjs$/.test(file)) listVitest(join(dirname(file), 'dist/node.js'));
  else if (/[\\/]jest(?:-cli)?[\\/]bin[\\/]jest\.js$/.test(file)) listJest();
}

function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Listens to the class that puts vitest's files in order: it is given all of them. */
function listVitest(entry: string): void {
  keepFromChildren();
  const runs = new Map<string, { readonly run: ListedRun; readonly context: VitestContext }>();
  process.on('exit', () => {
    write(
      'vitest',
      [...runs.values()].filter(({ run, context }) => hasRunInVitest(run, context)).map(({ run }) => run),
    );
  });
  // the command line of vitest loads the same module
  import(pathToFileURL(entry).href).then(
    (vitest: { readonly BaseSequencer?: { readonly prototype: Sequencer<VitestContext, VitestRun> } }) => {
      const sequencer = vitest.BaseSequencer?.prototype;
      if (!sequencer) return;
      const { sort } = sequencer;
      sequencer.sort = function (files) {
        for (const each of files) {
          const run = runOfVitest(each);
          if (run) runs.set(`${run.project}\n${run.file}`, { run, context: this.ctx });
        }
        return sort.call(this, files);
      };
    },
    () => {},
  );
}

function runOfVitest(each: VitestRun): ListedRun | undefined {
  // vitest 2 and 3 have pairs
  const project = each.project ?? each[0];
  const file = each.moduleId ?? each[1];
  if (!project?.config || file === undefined) return undefined;
  const { name = '', root = '', setupFiles = [], browser } = project.config;
  const pool = each.pool ?? each[2]?.pool ?? 'forks';
  // other pools check types, or run tests in browsers and elsewhere
  if (browser?.enabled === true || !/^(?:vm)?(?:forks|threads)$/i.test(pool)) return undefined;
  return { file, project: name, folder: root, isSetUp: setupFiles.some(isOurs) };
}

/** Reports whether a test of the file has ended; a file that failed to load, or whose tests are skipped, has none. */
function hasRunInVitest({ file, project }: ListedRun, { state }: VitestContext): boolean {
  const hasRun = ({ type, result, tasks = [] }: VitestTask): boolean =>
    type === 'suite' || tasks.length > 0
      ? tasks.some(hasRun)
      : result?.state === 'pass' || result?.state === 'fail';
  return state.getFiles([file]).some((each) => (each.projectName ?? '') === project && hasRun(each));
}

/** Listens to the class that puts jest's files in order, which is given all of them, and their results. */
function listJest(): void {
  keepFromChildren();
  const { Module } = require('node:module') as typeof NodeModule & {
    readonly Module: { _load: (this: unknown, ...args: unknown[]) => unknown };
  };
  const load = Module._load;
  Module._load = function (...args) {
    const exports = load.apply(this, args);
    if (!/[\\/]@jest[\\/]test-sequencer[\\/]/.test(String(args[0]))) return exports;
    Module._load = load;
    const type = (exports as { readonly default?: { readonly prototype: Sequencer<unknown, JestTest> } })
      .default;
    if (type?.prototype) listResults(type.prototype);
    return exports;
  };
}

function listResults(sequencer: Sequencer<unknown, JestTest>): void {
  const { cacheResults } = sequencer;
  sequencer.cacheResults = function (tests, results) {
    const haveRun = new Set(
      results.testResults
        .filter(({ numPassingTests, numFailingTests }) => numPassingTests + numFailingTests > 0)
        .map(({ testFilePath }) => testFilePath),
    );
    write(
      'jest',
      tests.filter(({ path, context }) => haveRun.has(path) && isOfCircus(context.config)).map(runOfJest),
    );
    return cacheResults?.call(this, tests, results);
  };
}

/** Reports whether jest's own runner runs the tests; others lint, check types or run in browsers. */
function isOfCircus({ runner = '' }: JestTest['context']['config']): boolean {
  return /(?:^|[\\/])jest-runner(?:[\\/]build[\\/]|$)/.test(runner);
}

function runOfJest({ path, context: { config } }: JestTest): ListedRun {
  const { displayName, rootDir = '', setupFilesAfterEnv = [] } = config;
  const project = typeof displayName === 'string' ? displayName : (displayName?.name ?? '');
  return { file: path, project, folder: rootDir, isSetUp: setupFilesAfterEnv.some(isOurs) };
}

/** Reports whether a setup file is an entry of leaklab, as a path or as its name. */
function isOurs(file: unknown): boolean {
  const path = String(typeof file === 'object' && file !== null && 'path' in file ? file.path : file);
  return (
    path.startsWith(join(__dirname, '../../..')) || /(?:^|[\\/]node_modules[\\/])leaklab[\\/]/.test(path)
  );
}

function write(runner: ListedRuns['runner'], runs: readonly ListedRun[]): void {
  const list: ListedRuns = { version: 1, runner, runs };
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${process.pid}.runs.json`), JSON.stringify(list));
  } catch {
    // then it is not known which files ran
  }
}

/** Takes this file out of NODE_OPTIONS, so that no test sees it. */
function keepFromChildren(): void {
  const options = process.env['NODE_OPTIONS'] ?? '';
  const rest = options.replace(/ ?--require="(?:[^"\\]|\\.)*list-runs\.c[jt]s"/, '').trim();
  if (rest === '') delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = rest;
}
