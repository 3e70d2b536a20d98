import { expect, test } from 'vitest';
import { table } from '../../lab/docs/pages/markdown.ts';
import { runnersPage } from './runners-page.ts';
import { aspects, expectedOf, leakingFiles, suiteFiles, wholeRun, type Aspect } from './suites.ts';
import type { Answer } from './judge.ts';
import { timeless } from './try-runner.ts';

test('each marker has a test, and each aspect of a suite a file', () => {
  const expected = [...expectedOf('leaks', leakingFiles), ...expectedOf('whole-run', wholeRun)];
  expect(expected.filter(({ title }) => title === 'orders > leave a server')).toEqual([
    {
      file: 'tests.test.js',
      title: 'orders > leave a server',
      aspect: 'per test',
      left: '1 server at tests.test.js:23',
    },
  ]);
  const judged = new Set(expected.map(({ aspect }) => aspect));
  expect(aspects.filter((aspect) => !judged.has(aspect))).toEqual([
    'right line',
    'exit code',
    'silent when clean',
  ]);
});

test('a suite as CommonJS has the same lines, and no import', () => {
  const names = { names: 'jest.js', entry: 'leaklab/jest' };
  const esm = suiteFiles('leaks', { ...names, module: 'esm' });
  const cjs = suiteFiles('leaks', { ...names, module: 'cjs' });
  expect(Object.keys(cjs)).toEqual([...leakingFiles.map(({ file }) => file).toSorted(), 'runner.js']);
  for (const [file, text] of Object.entries(cjs)) {
    expect(text).not.toMatch(/^(?:import|export) /m);
    expect(text.split('\n').length).toBe(esm[file]?.split('\n').length);
  }
  expect(cjs['tests.test.js']).toContain("const { expectLeak, table } = require('leaklab/jest');");
});

test('the page has one answer where all Node lines agree, and each answer where they differ', () => {
  const answers = (answer: Answer): Record<Aspect, Answer> => ({
    ...(Object.fromEntries(aspects.map((aspect) => [aspect, 'yes'])) as Record<Aspect, Answer>),
    'per run': 'file by file',
    rows: 'has none',
    retry: answer,
  });
  const page = runnersPage({
    version: 1,
    packages: { jest: '30.5.2' },
    lines: {
      22: { node: '22.23.3', runners: { jest: answers('no') } },
      24: { node: '24.21.0', runners: { jest: answers('yes'), mocha: answers('yes') } },
    },
  });
  expect(page).toContain('on Node 22.23.3 and 24.21.0: jest 30.5.2.');
  const row = (name: string, only24: boolean): string[] =>
    [name, ...aspects].map((aspect) => {
      if (aspect === name) return name;
      const cell = aspect === 'per run' ? 'by file' : aspect === 'rows' ? '–' : 'yes';
      if (only24) return `22: not tried, 24: ${cell}`;
      return aspect === 'retry' ? '22: **no**, 24: yes' : cell;
    });
  expect(page).toContain(table(['', ...aspects], [row('jest', false), row('mocha', true)]));
});

test('times make no difference', () => {
  const seen = {
    stdout: ' ✓ orders (12 ms)\nTests 1 passed\nDuration 1.2s\n',
    stderr: 'Time:        1.205 s, estimated 2 s\n',
  };
  const bare = { stdout: 'Tests 1 passed\n ✓ orders\nDuration 3s\n', stderr: 'Time:        0.9 s\n' };
  expect(timeless(seen)).toBe(timeless(bare));
  expect(timeless(seen)).not.toBe(timeless({ ...bare, stderr: 'warning\n' }));
});
