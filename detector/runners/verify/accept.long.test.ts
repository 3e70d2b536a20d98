import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from '../fixtures/run-node.ts';
import { suites, type Files } from '../fixtures/suites.ts';

const suite = suites();
const entries = '../node_modules/leaklab/dist/detector/runners';

interface Runner {
  readonly name: string;
  readonly args: readonly string[];
  readonly head: string;
  readonly files: Files;
  /** The head of each file's summary: `a.test.js: `, or nothing where one process ends with one summary. */
  readonly summary: (file: string) => string;
  /** True where the two files end with one summary. */
  readonly sumsUp: boolean;
}

const jestFiles = {
  'package.json': '{ "type": "commonjs" }',
  'jest.config.cjs': "module.exports = { setupFilesAfterEnv: ['leaklab/jest'], transform: {} };",
};
const ofFile = (file: string): string => `${file}: `;
const ofRun = (): string => '';

const runners: readonly Runner[] = [
  {
    name: 'jest, workers',
    args: ['../node_modules/jest/bin/jest.js', '--watchman=false', '--maxWorkers=2'],
    head: '',
    files: jestFiles,
    summary: ofFile,
    sumsUp: false,
  },
  {
    name: 'jest, in band',
    args: ['../node_modules/jest/bin/jest.js', '--watchman=false', '--runInBand'],
    head: '',
    files: jestFiles,
    summary: ofFile,
    sumsUp: false,
  },
  {
    name: 'mocha',
    args: ['../node_modules/mocha/bin/mocha.js', '--require', `${entries}/mocha/index.js`, '*.test.js'],
    head: 'const test = it;',
    files: {},
    summary: ofRun,
    sumsUp: true,
  },
  {
    name: 'mocha, parallel',
    args: [
      '../node_modules/mocha/bin/mocha.js',
      '--parallel',
      '--require',
      `${entries}/mocha/index.js`,
      '*.test.js',
    ],
    head: 'const test = it;',
    files: {},
    summary: ofFile,
    sumsUp: false,
  },
  {
    name: 'node:test',
    args: ['--import', 'leaklab/node-test', '--test'],
    head: "import { test } from 'node:test';",
    files: {},
    summary: ofFile,
    sumsUp: false,
  },
];

const limit = { timeout: 240_000 };

test.each(runners)(
  '$name: a run accepts its leaks, the next is green without a wait, and a new leak fails',
  limit,
  async ({ args, head, files, summary, sumsUp }) => {
    const poll = `${head}\nconst poll = () => setInterval(() => {}, 1000).unref();\n`;
    const a = `${poll}test('one', () => { poll(); });\ntest('two', () => { poll(); });\n`;
    const b = `${head}\n\ntest('another', () => { setInterval(() => {}, 2000).unref(); });\n`;
    const run = (folder: string, env: NodeJS.ProcessEnv = {}): ReturnType<typeof runNode> =>
      runNode(args, folder, env);

    const folder = suite({ ...files, 'leaklab.json': '{ "budget": 60 }', 'a.test.js': a, 'b.test.js': b });
    const accepting = await run(folder, { LEAKLAB_ACCEPT: '1' });
    const printed = (count: string, file: string): string =>
      `leaklab: ${summary(file)}${count} accepted in leaks.baseline.json; from now on, only new leaks fail\n`;
    expect({ code: accepting.code, said: saidBy(accepting) }).toEqual({
      code: 0,
      said: sumsUp
        ? [printed('2 leaks', '')]
        : [printed('1 leak', 'a.test.js'), printed('1 leak', 'b.test.js')],
    });
    const baseline = readFileSync(join(folder, 'leaks.baseline.json'), 'utf8');
    const { leaks } = JSON.parse(baseline) as { leaks: { file: string; in: string[] }[] };
    expect(leaks.map(({ file, in: seenIn }) => [file, ...seenIn]).toSorted()).toEqual([
      ['a.test.js', 'a.test.js'],
      ['b.test.js', 'b.test.js'],
    ]);

    const accepted = { ...files, 'leaks.baseline.json': baseline, 'b.test.js': b };
    // a wait would not end
    const green = await run(suite({ ...accepted, 'leaklab.json': '{ "budget": 600000 }', 'a.test.js': a }));
    expect({ code: green.code, said: saidBy(green) }).toEqual({
      code: 0,
      said: sumsUp
        ? ['leaklab: no new leaks in 3 tests; 2 tolerated\n']
        : [
            `leaklab: ${summary('a.test.js')}no new leaks in 2 tests; 1 tolerated\n`,
            `leaklab: ${summary('b.test.js')}no new leaks in 1 test; 1 tolerated\n`,
          ],
    });

    const red = await run(
      suite({
        ...accepted,
        'leaklab.json': '{ "budget": 60 }',
        'a.test.js': `${a}test('new', () => { setInterval(() => {}, 3000).unref(); });\n`,
      }),
    );
    expect(red.code).not.toBe(0);
    expect(saidBy(red)).toContain(
      sumsUp
        ? 'leaklab: 1 of 4 tests leaks from 1 new line; 2 tolerated\n'
        : `leaklab: ${summary('a.test.js')}1 of 3 tests leaks from 1 new line; 1 tolerated\n`,
    );
    const failing = red.reports.filter(({ report }) => report.leaks.length > 0);
    expect(failing.map(({ name }) => name)).toEqual([['new']]);
  },
);

/** Returns the lines of the summaries, sorted. */
function saidBy({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string[] {
  return [...`${stdout}\n${stderr}`.matchAll(/leaklab: .*\n/g)].map(([line]) => line).toSorted();
}
