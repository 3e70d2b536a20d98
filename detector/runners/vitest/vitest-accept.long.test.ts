import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guide } from '../fixtures/guide.ts';
import { runNode, type Ran } from '../fixtures/run-node.ts';
import { leaving } from '../fixtures/run-vitest.ts';
import { suites } from '../fixtures/suites.ts';

const suite = suites();
const config = { 'vitest.config.js': guide('vitest', 'vitest.config.js') };

function vitest(folder: string, env: NodeJS.ProcessEnv = {}, ...args: string[]): Promise<Ran> {
  return runNode(['../node_modules/vitest/vitest.mjs', 'run', ...args], folder, env);
}

test('a run accepts its leaks by itself, the next one is green without a wait, and a new leak fails', async () => {
  const leaky = `${leaving}test('one', () => { poll(); });\ntest('two', () => { poll(); });`;
  const folder = suite({
    ...config,
    'leaklab.json': '{ "budget": 60 }',
    'a.test.js': leaky,
    'b.test.js': `${leaving}test('another', () => { setInterval(() => {}, 2000); });`,
  });
  const accepting = await vitest(folder, { LEAKLAB_ACCEPT: '1' });
  expect(accepting).toMatchObject({ code: 0 });
  for (const file of ['a.test.js', 'b.test.js']) {
    expect(accepting.stderr).toContain(
      `leaklab: ${file}: 1 leak accepted in leaks.baseline.json; from now on, only new leaks fail\n`,
    );
  }
  const { leaks } = JSON.parse(readFileSync(join(folder, 'leaks.baseline.json'), 'utf8')) as {
    leaks: { file: string; in: string[] }[];
  };
  expect(leaks.map(({ file, in: seenIn }) => [file, ...seenIn])).toEqual([
    ['a.test.js', 'a.test.js'],
    ['b.test.js', 'b.test.js'],
  ]);
  const waiting = suite({
    ...config,
    // a wait would not end
    'leaklab.json': '{ "budget": 600000 }',
    'a.test.js': leaky,
    'leaks.baseline.json': readFileSync(join(folder, 'leaks.baseline.json'), 'utf8'),
  });
  const green = await vitest(waiting);
  expect(green).toMatchObject({ code: 0 });
  expect(green.stderr).toContain('leaklab: a.test.js: no new leaks in 2 tests; 1 tolerated\n');
  const more = suite({
    ...config,
    'leaklab.json': '{ "budget": 60 }',
    'a.test.js': `${leaky}\ntest('new', () => { setInterval(() => {}, 3000); });`,
    'leaks.baseline.json': readFileSync(join(folder, 'leaks.baseline.json'), 'utf8'),
  });
  const red = await vitest(more);
  expect(red).toMatchObject({ code: 1 });
  expect(red.stderr).toContain('leaklab: a.test.js: 1 of 3 tests leaks from 1 new line; 1 tolerated\n');
  expect(red.stderr).not.toContain('FAIL  a.test.js > one');
  expect(red.stderr).toContain('FAIL  a.test.js > new');
});

const twenty = `${leaving}for (let index = 0; index < 20; index += 1) test('polls ' + index, () => { poll(); });`;

test.each(['file', 'test'])('a line that leaks in 20 tests is printed once, verdict %s', async (verdict) => {
  const folder = suite({
    ...config,
    'leaklab.json': JSON.stringify({ budget: 60, verdict }),
    'a.test.js': twenty,
  });
  const { code, stdout, stderr } = await vitest(folder, {}, '--reporter=verbose');
  expect(code).toBe(1);
  const all = `${stdout}\n${stderr}`;
  expect(all.match(/^ FAIL {2}a\.test\.js > polls \d+$/gm)).toHaveLength(20);
  expect(all.match(/at a\.test\.js:2:\d+ in poll/g)).toHaveLength(1);
  expect(all).not.toContain('Serialized Error');
});
