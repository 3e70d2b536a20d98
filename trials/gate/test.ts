/** The test command: lint, types, tests, a sample of the proofs, the main job, generated pages; ends with one line that counts. */
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
  // both wait more than they work, and neither minds a busy machine
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
  await step('reports are as committed', () => $`diff docs/reports.json ${reports}`),
);
rmSync(reports, { force: true });
const sum = (part: keyof Count): number => counts.reduce((total, count) => total + count[part], 0);
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);

/** A pair of each family, another one each day: to prove all of them takes minutes, and is `npm run proofs`. */
async function sample(): Promise<readonly string[]> {
  const { programs } = await readCatalogue(projectRoot);
  const patterns = programs.filter(({ role }) => role === 'pattern');
  const day = Math.floor(Date.now() / 86_400_000);
  return families.flatMap((family) => {
    const own = patterns.filter((program) => program.family === family);
    return own[day % own.length]?.id ?? [];
  });
}

/** A command that is right or wrong as a whole. */
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
    process.stdout.write(`no result of the tests: ${String(error)}\n`);
  } finally {
    rmSync(file, { force: true });
  }
  // an error outside of every test fails the run as well
  if (exitCode !== 0 && failed === 0) failed = 1;
  process.stdout.write(
    `${failed === 0 ? '✓' : '✗'} tests: ${passed} passed, ${failed} failed\n${failed === 0 ? '' : stdout + stderr}`,
  );
  return { passed, failed };
}

/** A verb of the lab that answers a list, each of whose entries is right or wrong. */
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
