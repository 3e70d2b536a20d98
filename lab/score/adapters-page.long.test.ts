import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { projectRoot } from '../shared/project-root.ts';
import { leaklab } from '../fixtures/cli.ts';
import { tempFolders, type Files } from '../fixtures/temp-folders.ts';
import { catalogue } from '../fixtures/mini-catalogue.ts';

// only a safety net: a busy machine is slow
vi.setConfig({ testTimeout: 300_000 });
const folder = tempFolders();
const page = readFileSync(join(projectRoot, 'docs', 'adapters.md'), 'utf8');

/** Files that the page writes: each a name on its own line, followed by a block. */
const files: Files = Object.fromEntries(
  [...page.matchAll(/^`([\w.-]+)`\n\n```\w+\n([\s\S]*?)\n```$/gm)].map(([, name = '', text = '']) => [
    name,
    `${text}\n`,
  ]),
);

test('the page has an adapter for each way', () => {
  expect(Object.keys(files)).toEqual([
    'in-process.ts',
    'watch.ts',
    'runner.ts',
    'executable.json',
    'stays-alive.sh',
    'sarif.json',
    'results.sarif',
  ]);
});

test.concurrent.each(['in-process.ts', 'runner.ts', 'executable.json', 'sarif.json'])(
  '%s conforms',
  async (name) => {
    const root = folder(files);
    const cache = join(projectRoot, '.cache', 'score-test');
    const { code, stdout, stderr } = await leaklab(
      ['score', '--conform', `./${name}`, '--cache', cache],
      root,
    );
    expect({ code, stderr, last: stdout.trim().split('\n').at(-1) }).toEqual({
      code: 0,
      stderr: '',
      last: expect.stringMatching(/^[a-z-]+ conforms$/) as string,
    });
  },
);

test.concurrent.each([
  ['in-process.ts', 'C.'],
  ['runner.ts', 'c.'],
  ['executable.json', 'c.'],
])('%s catches a clock that is never stopped, and is silent for one that is', async (name, cells) => {
  const root = folder({ ...catalogue(), ...files });
  const { code, stdout } = await leaklab(
    ['score', '--adapter', `./${name}`, '--catalogue', '.', '--cache', './cache', '--json'],
    root,
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ detectors: [{ cells }] });
});

test.concurrent('an adapter that answers nonsense learns what is wrong', async () => {
  const root = folder({
    'bad.json': '{"name":"bad","version":"1","sees":[],"command":["sh","bad.sh"]}',
    'bad.sh': 'timeout 20 node "$1"; echo "{\\"kind\\": \\"clock\\"}"',
  });
  const { code, stdout } = await leaklab(['score', '--conform', './bad.json', '--cache', './cache'], root);
  expect(code).toBe(1);
  expect(stdout).toContain('line 1: `kind` is "clock"; expected one of timer, server');
  expect(stdout).toMatch(/bad does not conform\n$/);
});

test.concurrent.each([
  ['{"version":"1","sees":[],"command":["sh"]}', '`name` is missing'],
  ['{"name":"bad","version":"1","sees":["x-rays"],"command":["sh"]}', '`sees` is ["x-rays"]'],
  ['{"name":"bad","version":"1","sees":[]}', '`command` is missing'],
])('the description %s is refused', async (text, problem) => {
  const root = folder({ 'bad.json': text });
  const { code, stderr } = await leaklab(['score', '--conform', './bad.json'], root);
  expect(code).toBe(2);
  expect(stderr.split('\n')[0]).toBe(`leaklab: ./bad.json: ${problem}`);
});
