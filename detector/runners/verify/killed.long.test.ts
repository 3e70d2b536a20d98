import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guide } from '../fixtures/guide.ts';
import { linesOf, runNode } from '../fixtures/run-node.ts';
import { suites } from '../fixtures/suites.ts';
import { lastWords, type TestReport } from './test-report.ts';

const suite = suites();

/** Returns a suite of which a test leaks, and another is killed together with its process. */
function killed(head: string): string {
  return `${head}
test('leaks', () => { setInterval(() => {}, 1000); }); // 2
test('is clean', () => {});
test('is killed', () => {
  if (process.listenerCount('SIGTERM') > 0) throw new Error('a listener for SIGTERM');
  process.kill(process.pid, 'SIGTERM');
  return new Promise(() => {});
});`;
}

const runs = {
  'node:test': [["import { test } from 'node:test';"], '--import', 'leaklab/node-test', 'a.test.js'],
  mocha: [
    ['const test = it;'],
    '../node_modules/mocha/bin/mocha.js',
    '--require',
    // by its path: mocha is linked from elsewhere, and looks beside itself
    '../node_modules/leaklab/dist/detector/runners/mocha/index.js',
    'a.test.js',
  ],
  vitest: [["import { test } from 'vitest';"], '../node_modules/vitest/vitest.mjs', 'run', '--pool=forks'],
} as const;

test.each(Object.entries(runs))('%s: a killed process has written what it suspected', async (_, run) => {
  const [[head], ...args] = run;
  const folder = suite({
    'vitest.config.js': guide('vitest', 'vitest.config.js'),
    'leaklab.json': '{ "budget": 60 }',
    'a.test.js': killed(head),
  });
  const { reports } = await runNode(args, folder);
  const unjudged = reports.map(({ name, report }) => [name.at(-1), report.leaks, report.notJudged]);
  expect(unjudged).toEqual([
    [
      'leaks',
      [],
      [
        {
          type: 'Timeout',
          count: 1,
          why: '1 timer at a.test.js:2; not judged, because the file did not end',
        },
      ],
    ],
    ['is clean', [], []],
  ]);
});

test('the verdict replaces what was suspected', async () => {
  const folder = suite({
    'leaklab.json': '{ "budget": 60 }',
    'a.test.js': `import { after, test } from 'node:test';
let timer;
after(() => clearInterval(timer));
test('leaks', () => { setInterval(() => {}, 1000); }); // 4
test('leaves a timer', () => { timer = setInterval(() => {}, 1000); });`,
  });
  const { reports } = await runNode(['--import', 'leaklab/node-test', 'a.test.js'], folder);
  expect(linesOf(reports)).toEqual(['leaks: 1 timer at 4', 'leaves a timer: nothing', '(file): nothing']);
  const [reportsFolder = ''] = readdirSync(folder).filter((name) => name.startsWith('reports-'));
  const [file = ''] = readdirSync(join(folder, reportsFolder));
  const lines = readFileSync(join(folder, reportsFolder, file), 'utf8')
    .trim()
    .split('\n');
  const written = lines.map((line) => JSON.parse(line) as TestReport);
  expect(written.map(({ name, report }) => [name[0], report.notJudged.length])).toEqual([
    ['leaks', 1],
    ['leaves a timer', 1],
    ['leaks', 0],
    ['leaves a timer', 0],
    [undefined, 0],
  ]);
  expect(lastWords(written)).toEqual(reports);
});
