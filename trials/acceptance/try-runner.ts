import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../lab/shared/write-file.ts';
import { compare, type Answer, type Difference } from './judge.ts';
import { runNode, type Ran } from './run-node.ts';
import {
  aspects,
  expectedOf,
  leakingFiles,
  suiteFiles,
  wholeRun,
  type Aspect,
  type LeakingFile,
} from './suites.ts';
import type { Told, Trial } from './trial.ts';

export interface Tried {
  readonly answers: Readonly<Record<Aspect, Answer>>;
  readonly differences: readonly Difference[];
}

/** ms that a check waits; each leak costs as much. */
const budget = 300;

/**
 * Runs the suites in one runner.
 *
 * @param node its executable
 * @param home a folder with the package and the runner installed
 */
export async function tryRunner(trial: Trial, node: string, home: string): Promise<Tried> {
  const leaking = leakingFiles.filter(({ aspect }) => !trial.without.includes(aspect));
  const differences = [
    ...(await tryLeaks(trial, node, home, 'leaks', leaking)),
    ...(await tryLeaks(trial, node, home, 'whole-run', wholeRun)),
    ...(await tryClean(trial, node, home)),
  ];
  return triedOf(differences, trial.without, trial.run);
}

/** Turns the differences into an answer for each aspect. */
export function triedOf(
  differences: readonly Difference[],
  without: readonly Aspect[],
  run: Trial['run'] = 'one check',
): Tried {
  const answer = (aspect: Aspect): Answer => {
    if (without.includes(aspect)) return 'has none';
    if (differences.some((each) => each.aspect === aspect)) return 'no';
    return aspect === 'per run' && run === 'file by file' ? 'file by file' : 'yes';
  };
  return {
    answers: Object.fromEntries(aspects.map((aspect) => [aspect, answer(aspect)])) as Tried['answers'],
    differences,
  };
}

async function tryLeaks(
  trial: Trial,
  node: string,
  home: string,
  suite: 'leaks' | 'whole-run',
  files: readonly LeakingFile[],
): Promise<Difference[]> {
  const per = suite === 'whole-run' ? 'run' : 'test';
  const names = files.map(({ file }) => file);
  const folder = project(trial, home, suite, {
    ...suiteFiles(suite, { ...trial, files: names }),
    ...trial.config(true),
    // node:test can fail no test when its file has ended
    'leaklab.json': JSON.stringify({ budget, per, ...(!trial.package && { verdict: 'test' }) }),
  });
  const ran = await runNode(node, trial.args(names, true, 'results'), folder);
  const told = read(trial, join(folder, 'results'));
  if (!told)
    return [{ aspect: 'exit code', what: `${suite}: no results, exit code ${ran.code}:\n${outputOf(ran)}` }];
  const failures = told.filter(({ failure }) => failure !== undefined).length;
  const code = trial.exitCode?.(failures) ?? 1;
  const differences = compare(expectedOf(suite, files), told);
  if (ran.code === code) return differences;
  return [...differences, { aspect: 'exit code', what: `${suite}: expected ${code}, got ${ran.code}` }];
}

/** Compares a clean suite with and without leaklab: the same lines, except for times, and exit code 0. */
async function tryClean(trial: Trial, node: string, home: string): Promise<Difference[]> {
  const run = async (isWatched: boolean): Promise<Ran> => {
    const files = suiteFiles('clean', trial);
    const tests = Object.keys(files).filter((file) => file.endsWith('.test.js'));
    const suite = isWatched ? 'clean' : 'clean-bare';
    return runNode(
      node,
      trial.args(tests, isWatched),
      project(trial, home, suite, { ...files, ...trial.config(isWatched) }),
    );
  };
  const [watched, bare] = [await run(true), await run(false)];
  const differences: Difference[] = [];
  if (watched.code !== 0 || bare.code !== 0) {
    const what = `clean: ${watched.code} with leaklab, ${bare.code} without:\n${outputOf(watched)}`;
    differences.push({ aspect: 'exit code', what });
  }
  const [seen, unseen] = [timeless(watched), timeless(bare)];
  if (seen !== unseen) {
    differences.push({ aspect: 'silent when clean', what: onlyInOne(seen, unseen) });
  }
  return differences;
}

function onlyInOne(seen: string, unseen: string): string {
  const [one, other] = [seen.split('\n'), unseen.split('\n')];
  return [
    ...one.filter((line) => !other.includes(line)).map((line) => `with leaklab: ${line}`),
    ...other.filter((line) => !one.includes(line)).map((line) => `without: ${line}`),
  ].join('\n');
}

/** Makes a folder for one suite, as a user's project, and returns its path. */
export function project(
  trial: Trial,
  home: string,
  suite: string,
  files: Readonly<Record<string, string>>,
): string {
  const folder = join(home, `${trial.name.replaceAll(/\W+/g, '-')}-${suite}`);
  const type = trial.module === 'esm' ? 'module' : 'commonjs';
  for (const [file, text] of Object.entries({ 'package.json': JSON.stringify({ type }), ...files })) {
    writeWhole(join(folder, file), text);
  }
  return folder;
}

function read(trial: Trial, file: string): Told[] | undefined {
  return existsSync(file) ? trial.read(readFileSync(file, 'utf8')) : undefined;
}

function outputOf({ stdout, stderr }: Ran): string {
  return `${stdout}${stderr}`.trim().split('\n').slice(-40).join('\n');
}

/** Removes times and what depends on them, and sorts the lines, because files run at the same time. */
export function timeless({ stdout, stderr }: Pick<Ran, 'stdout' | 'stderr'>): string {
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => !/Start at|Duration|duration_ms|Isolate|workers spawned|faster with|RUN /.test(line))
    .map((line) => line.replace(/^\(node:\d+\)/, '(node)'))
    .map((line) => line.replaceAll(/,? ?\(?\b\d+(?:\.\d+)? ?m?s\b\)?(?:, estimated)?/g, '').trimEnd())
    .filter((line) => line !== '')
    .toSorted()
    .join('\n');
}
