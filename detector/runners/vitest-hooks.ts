import type { RunnerTestCase } from 'vitest';
import { Session, type VerifiedFile } from './session.ts';
import { readSettings } from './settings.ts';

const settings = readSettings();

/** One for each worker: a worker that is not isolated runs many files. */
export const session = new Session('vitest', {
  ...settings,
  // the end of a worker comes when vitest has made up its mind, so a run is verified file by file
  per: settings.per === 'test' ? 'test' : 'file',
});

/** Verifies a file, from before its own hooks until after them. */
export async function aroundFile(file: VerifiedFile, runSuite: () => Promise<void>): Promise<void> {
  await session.rules();
  file.loaded();
  await file.run(runSuite);
  const verdict = await file.check();
  if (verdict?.error) throw verdict.error;
}

/** Verifies a test with its own hooks and fixtures; what it has thrown, vitest knows already. */
export async function aroundTest(
  file: VerifiedFile,
  runTest: () => Promise<void>,
  task: RunnerTestCase,
): Promise<void> {
  const test = file.test({ name: titlesOf(task), ...lineOf(task) });
  await test.run(runTest);
  const verdict = await test.check();
  if (verdict?.error) throw verdict.error;
}

function titlesOf(task: RunnerTestCase): string[] {
  const titles = [task.name];
  for (let suite = task.suite; suite; suite = suite.suite) titles.unshift(suite.name);
  return titles;
}

function lineOf({ location }: RunnerTestCase): { readonly line?: number } {
  return location ? { line: location.line } : {};
}
