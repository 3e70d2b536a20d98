/**
 * `npm test`: runs lint, types, tests, a sample of the proofs, the main job, and compares generated pages.
 *
 * Its last line counts what passed and what failed.
 */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'zx';
import { readCatalogue } from '../../lab/catalogue/catalogue.ts';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { families } from '../../lab/contract.ts';
import { steps } from './steps.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

$.cwd = projectRoot;
$.nothrow = true;
$.quiet = true;

const reports = join(tmpdir(), `leaklab-reports-${process.pid}.json`);
const counts: Count[] = [];
for (const { script, name = script, runsIn, counts: countsParts } of steps) {
  if (runsIn.includes('test') && !countsParts) counts.push(await step(name, () => $`npm run -s ${script}`));
}
counts.push(
  // both mostly wait, and neither depends on a quiet machine
  ...(await Promise.all([
    unitTests(),
    jsonJob(
      'proofs of a sample',
      ['prove', ...(await sample()), '--json'],
      'programs',
      (program) => program['holds'] === true,
    ),
  ])),
  await jsonJob(
    'main job',
    ['run', '--json', '--reports', reports],
    'programs',
    (program) => program['verdict'] === 'ok' || program['isKnown'] === true,
  ),
  await step('reports match the committed ones', () => $`diff docs/reports.json ${reports}`),
);
rmSync(reports, { force: true });
const sum = (part: keyof Count): number => counts.reduce((total, count) => total + count[part], 0);
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);

/** Returns one pair of each family, a different one each day; proving all takes minutes (`npm run proofs`). */
async function sample(): Promise<readonly string[]> {
  const { programs } = await readCatalogue(projectRoot);
  const patterns = programs.filter(({ role }) => role === 'pattern');
  const day = Math.floor(Date.now() / 86_400_000);
  return families.flatMap((family) => {
    const own = patterns.filter((program) => program.family === family);
    return own[day % own.length]?.id ?? [];
  });
}

/** Runs a command that passes or fails as a whole. */
async function step(
  name: string,
  run: () => PromiseLike<{ exitCode: number | null; stdout: string; stderr: string }>,
): Promise<Count> {
  const { exitCode, stdout, stderr } = await run();
  const isRight = exitCode === 0;
  process.stdout.write(`${isRight ? '✓' : '✗'} ${name}\n${isRight ? '' : stdout + stderr}`);
  return isRight ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function unitTests(): Promise<Count> {
  const file = join(tmpdir(), `leaklab-tests-${process.pid}.json`);
  const { exitCode, stdout, stderr } =
    await $`vitest run --project quick --reporter=default --reporter=json --outputFile.json=${file}`;
  let passed = 0;
  let failed = 0;
  try {
    const result = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number;
      numTotalTests: number;
    };
    passed = result.numPassedTests;
    // a test that did not run has not passed
    failed = result.numTotalTests - result.numPassedTests;
  } catch (error) {
    process.stdout.write(`the tests wrote no results: ${String(error)}\n`);
  } finally {
    rmSync(file, { force: true });
  }
  // an error outside of all tests fails the run too
  if (exitCode !== 0 && failed === 0) failed = 1;
  process.stdout.write(
    `${failed === 0 ? '✓' : '✗'} tests: ${passed} passed, ${failed} failed\n${failed === 0 ? '' : stdout + stderr}`,
  );
  return { passed, failed };
}

/** Runs a verb of the lab that prints a list, and counts the entries that are right and wrong. */
async function jsonJob(
  name: string,
  args: string[],
  list: string,
  isRight: (entry: Record<string, unknown>) => boolean,
): Promise<Count> {
  const { exitCode, stdout, stderr } = await $`node lab/cli.ts ${args}`;
  let entries: Record<string, unknown>[] = [];
  try {
    entries = (JSON.parse(stdout) as Record<string, Record<string, unknown>[]>)[list] ?? [];
  } catch {
    process.stdout.write(`${stdout}\n`);
  }
  const passed = entries.filter(isRight).length;
  const wrong = entries.filter((entry) => !isRight(entry));
  const failed = wrong.length > 0 || (exitCode === 0 && passed > 0) ? wrong.length : 1;
  process.stdout.write(`${failed === 0 ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed\n`);
  for (const entry of wrong) process.stdout.write(`${JSON.stringify(entry)}\n`);
  if (failed > 0) process.stdout.write(stderr);
  return { passed, failed };
}
