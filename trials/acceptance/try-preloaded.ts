import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { counted } from '../../detector/internal.ts';
import { parseMarkers } from '../../lab/catalogue/markers.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import type { Difference } from './judge.ts';
import { leftIn } from './results.ts';
import { runNode, type Ran } from './run-node.ts';
import { timeless, triedOf, type Tried } from './try-runner.ts';

/** A test runner without an entry, which is preloaded by `NODE_OPTIONS`. */
interface Preloaded {
  readonly name: string;
  /** Arguments of Node, in the folder of the suite. */
  readonly args: readonly string[];
  /** True if its workers are ended while waits are under way, which are tolerated then. */
  readonly exits: boolean;
  /** True if it runs all tests in its first process, so that no other process reports for it. */
  readonly isAlone?: boolean;
}

const bin = '../node_modules';
const cucumber = [`${bin}/@cucumber/cucumber/bin/cucumber.js`, '--import', 'cucumber.steps.js'];
const ava = `${bin}/ava/entrypoints/cli.js`;

const preloaded: readonly Preloaded[] = [
  { name: 'ava, threads', args: [ava, 'ava.test.js'], exits: false },
  { name: 'ava, processes', args: [ava, '--no-worker-threads', 'ava.test.js'], exits: false },
  {
    name: 'tap',
    args: [`${bin}/tap/dist/esm/run.mjs`, 'run', '--disable-coverage', '--timeout=150', 'tap.test.js'],
    exits: false,
  },
  { name: 'cucumber', args: [...cucumber, 'shop.feature'], exits: false, isAlone: true },
  { name: 'cucumber, parallel', args: [...cucumber, '--parallel', '2', 'shop.feature'], exits: true },
  {
    name: 'playwright test',
    args: [`${bin}/@playwright/test/cli.js`, 'test', 'playwright.spec.js'],
    exits: true,
  },
];

const fixtures = join(import.meta.dirname, 'fixtures/preloaded');
const watched = { NODE_OPTIONS: '--import leaklab/register' };

/** Rows for test runners that have no entry. */
export const preloadedRows = preloaded.map((runner) => ({
  name: `register, ${runner.name}`,
  run: (node: string, home: string) => tryPreloaded(runner, node, home),
}));

async function tryPreloaded(runner: Preloaded, node: string, home: string): Promise<Tried> {
  const folder = await installed(home);
  const run = (suite: 'leaks' | 'clean', env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
    runNode(node, runner.args, project(runner, folder, suite), env);
  const differences = [
    ...judgeLeaks(runner, await run('leaks', watched)),
    ...judgeClean(await run('clean', watched), await run('clean')),
  ];
  const without = ['per test', 'per file', 'at the same time', 'rows', 'retry', 'second run'] as const;
  return triedOf(differences, without);
}

const installs = new Map<string, Promise<string>>();

/** Installs these runners once, beside a copy of the installed package. */
function installed(home: string): Promise<string> {
  const known = installs.get(home) ?? install(home);
  installs.set(home, known);
  return known;
}

async function install(home: string): Promise<string> {
  const folder = join(home, 'preloaded');
  mkdirSync(folder);
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(import.meta.dirname, 'preloaded', file), join(folder, file));
  await $({ quiet: true, cwd: folder })`npm ci --no-audit --no-fund --loglevel=error`;
  cpSync(join(home, 'node_modules'), join(folder, 'node_modules'), { recursive: true, force: false });
  return folder;
}

/** Makes a folder for a suite, as a user's project, and returns its path. */
function project({ name }: Preloaded, home: string, suite: 'leaks' | 'clean'): string {
  const folder = join(home, `${name.replaceAll(/\W+/g, '-')}-${suite}`);
  for (const part of ['suite', suite]) cpSync(join(fixtures, part), folder, { recursive: true });
  writeWhole(join(folder, 'package.json'), '{ "type": "module" }');
  // a runner makes more promises than level light judges
  writeWhole(join(folder, 'leaklab.json'), '{ "level": "full" }');
  return folder;
}

function judgeLeaks({ exits, isAlone = false }: Preloaded, { code, stdout, stderr }: Ran): Difference[] {
  const { leaks } = parseMarkers(readFileSync(join(fixtures, 'leaks/shop.js'), 'utf8'), 'shop.js');
  const expected = leaks
    .filter(({ kind }) => !exits || kind !== 'await')
    .map(({ kind, line }) => `${counted(kind, 1)} at shop.js:${line}`)
    .toSorted();
  // a runner may print the errors of its workers with its own output
  const told = leftIn(`${stdout}\n${stderr}`).split(', ').toSorted();
  const differences: Difference[] = [];
  if (told.join() !== expected.join()) {
    const what = `expected ${expected.join(', ')}, got ${told.join(', ')}:\n${stdout}${stderr}`;
    differences.push({ aspect: 'right line', what });
  }
  const summary = /^leaklab: the run fails because of .*shop\.js/m;
  if (summary.test(stderr) === isAlone) {
    differences.push({ aspect: 'per run', what: `${isAlone ? 'a' : 'no'} summary in ${stderr}` });
  }
  if (code !== 1) differences.push({ aspect: 'exit code', what: `expected 1, got ${code}` });
  return differences;
}

function judgeClean(seen: Ran, bare: Ran): Difference[] {
  const differences: Difference[] = [];
  if (seen.code !== 0 || bare.code !== 0) {
    const what = `clean: ${seen.code} with leaklab, ${bare.code} without:\n${seen.stdout}${seen.stderr}`;
    differences.push({ aspect: 'exit code', what });
  }
  if (timeless(seen) !== timeless(bare)) {
    const what = `with leaklab: ${timeless(seen)}\nwithout: ${timeless(bare)}`;
    differences.push({ aspect: 'silent when clean', what });
  }
  return differences;
}
