import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { otherVersion } from '../fixtures/other-version.ts';
import { linesOf, runNode } from '../fixtures/run-node.ts';
import { suites } from '../fixtures/suites.ts';

const jest = otherVersion('jest', '29.7.0', 'ts-jest@29.4.15', 'typescript@5.9.3');
const packages = dirname(jest);
const suite = suites({
  jest,
  '@jest': join(packages, '@jest'),
  'ts-jest': join(packages, 'ts-jest'),
  typescript: join(packages, 'typescript'),
});

const files = {
  'package.json': '{ "private": true }',
  'leaklab.json': '{ "budget": 60 }',
  'tsconfig.json':
    '{ "compilerOptions": { "esModuleInterop": true, "target": "es2022", "module": "commonjs" } }',
  'jest.config.js': `module.exports = {
  setupFilesAfterEnv: ['leaklab/jest'],
  transform: { '^.+\\\\.ts$': ['ts-jest', { diagnostics: false }] },
};`,
  // types that go away, so that the lines of the script are others
  'poll.ts': `interface Options { readonly ms: number }
enum Mode { Slow = 1000 }

type Timer = NodeJS.Timeout;

export const poll = ({ ms }: Options = { ms: Mode.Slow }): Timer =>
  setInterval(() => {}, ms); // 7
`,
  'one.test.ts': `import net from 'node:net';
import { poll } from './poll';
interface Row { a: number }

const tick = (ms: number): NodeJS.Timeout => {
  return setInterval(() => {}, ms); // 6
};
let shared: NodeJS.Timeout | undefined;
afterAll(() => clearInterval(shared));
it('is clean', () => { const row: Row = { a: 1 }; expect(row.a).toBe(1); });
it('leaks', () => { tick(1000); });
it('leaks by a module', () => { poll(); });
it('opens what the suite closes', () => { shared ??= tick(1000); });
it('closes', async () => {
  const server = net.createServer();
  await new Promise<void>((resolve) => { server.listen(0, resolve); });
  await new Promise((resolve) => { server.close(resolve); });
});
describe.each<Row>([{ a: 1 }, { a: 2 }])('row $a', ({ a }) => {
  it('leaks if two', () => { if (a === 2) tick(1000); });
});
`,
  'two.test.ts': "import { poll } from './poll';\nit('clears', () => { clearInterval(poll()); });\n",
};

test.each([['--runInBand'], ['--maxWorkers=2']])(
  'jest 29 with ts-jest %s: who leaks fails, at the line of the TypeScript',
  { timeout: 240_000 },
  async (flag) => {
    const folder = suite(files);
    const { code, stderr, reports } = await runNode(
      [
        '../node_modules/jest/bin/jest.js',
        '--watchman=false',
        '--forceExit',
        '--json',
        '--outputFile=r.json',
        flag,
      ],
      folder,
    );
    const { testResults } = JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')) as {
      testResults: { assertionResults: { fullName: string; status: string }[] }[];
    };
    const states = testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ fullName, status }) => `${fullName}: ${status}`),
    );
    expect(states.toSorted()).toEqual([
      'clears: passed',
      'closes: passed',
      'is clean: passed',
      'leaks by a module: failed',
      'leaks: failed',
      'opens what the suite closes: passed',
      'row 1 leaks if two: passed',
      'row 2 leaks if two: failed',
    ]);
    expect(code).toBe(1);
    expect(linesOf(reports).toSorted()).toEqual([
      '(file): nothing',
      '(file): nothing',
      'clears: nothing',
      'closes: nothing',
      'is clean: nothing',
      'leaks by a module: 1 timer at 7',
      'leaks: 1 timer at 6',
      'opens what the suite closes: nothing',
      'row 1 > leaks if two: nothing',
      'row 2 > leaks if two: 1 timer at 6',
    ]);
    expect(stderr).toContain('on one.test.ts:6:10 in tick');
    expect(stderr).toContain('> 6 │   return setInterval(() => {}, ms); // 6');
  },
);
