import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { steps } from './steps.ts';

const textOf = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

test('each step is an npm script', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Readonly<Record<string, string>> };
  expect(steps.map(({ script }) => script).filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
});

test('the workflow runs the steps that are listed for it, and no others', () => {
  const run = [...textOf('.github/workflows/ci.yml').matchAll(/run: npm (?:run )?(?!ci\b)([\w:]+)/g)];
  const listed = steps.filter(({ runsIn }) => runsIn.includes('workflow')).map(({ script }) => script);
  expect(run.map(([, script]) => script).toSorted()).toEqual(listed.toSorted());
});

test('.ci/run does what is listed for it, and ends with the test command', () => {
  expect(textOf('.ci/run').trimEnd().split('\n').slice(-2)).toEqual(['npm ci', 'npm run ci']);
  expect(steps.findLast(({ runsIn }) => runsIn.includes('ci'))?.script).toBe('test');
});
