import { expect, test } from 'vitest';
import { Fold } from './fold.ts';
import { causeNamed, leakOf, runOn } from './fixtures/blocks.ts';
import type { Block } from './records.ts';

function foldOf(...blocks: readonly Block[]): Fold {
  const fold = new Fold();
  for (const block of blocks) fold.add(block);
  return fold;
}

test('a cause has its weeks, its first and last run, its average wait and its Nodes', () => {
  const { runs, causes } = foldOf(
    runOn(2, [leakOf('poll', { count: 2, waited: 10, author: 'Ada' })], {
      commit: 'a'.repeat(40),
      author: 'Bo',
    }),
    runOn(3, [leakOf('poll', { count: 5, waited: 30, nodes: ['v26.10.0', 'v24.21.0'] })]),
    runOn(9, [leakOf('poll', { count: 1, waited: 21, tests: ['test/poll.test.js > starts'] })]),
  ).history();
  expect(runs).toEqual([
    {
      run: 'run-02',
      time: '2026-11-02T12:00:00.000Z',
      branch: 'main',
      nodes: ['v24.21.0'],
      commit: 'a'.repeat(40),
      author: 'Bo',
      causes: 1,
      leaks: 2,
    },
    {
      run: 'run-03',
      time: '2026-11-03T12:00:00.000Z',
      branch: 'main',
      nodes: ['v24.21.0'],
      causes: 1,
      leaks: 5,
    },
    {
      run: 'run-09',
      time: '2026-11-09T12:00:00.000Z',
      branch: 'main',
      nodes: ['v24.21.0'],
      causes: 1,
      leaks: 1,
    },
  ]);
  expect(causes).toEqual([
    {
      cause: causeNamed('poll'),
      kind: 'timer',
      type: 'Timeout',
      evidence: 'alive',
      place: { path: 'src/poll.js', line: 2, column: 3 },
      function: 'poll',
      source: 'setInterval(poll, 1000);',
      isInTest: false,
      tests: ['test/poll.test.js > starts'],
      nodes: ['v24.21.0', 'v26.10.0'],
      weeks: [
        { week: '2026-W45', count: 5, runs: 2 },
        { week: '2026-W46', count: 1, runs: 1 },
      ],
      first: { time: '2026-11-02T12:00:00.000Z', author: 'Ada' },
      last: { time: '2026-11-09T12:00:00.000Z' },
      runs: 3,
      watched: 3,
      cleanRuns: 0,
      waited: 20,
      reopened: 0,
    },
  ]);
});

test('the first clean run fixes a cause, with the commit that the run names; what comes back is open', () => {
  const fix = { cause: causeNamed('poll'), commit: 'f'.repeat(40), author: 'Chidi' };
  const fold = foldOf(runOn(2, [leakOf('poll')]), runOn(3, [], { fixed: [fix] }), runOn(4, []));
  expect(fold.history().causes[0]).toMatchObject({
    runs: 1,
    watched: 3,
    cleanRuns: 2,
    reopened: 0,
    fixed: { time: '2026-11-03T12:00:00.000Z', commit: 'f'.repeat(40), author: 'Chidi' },
  });
  fold.add(runOn(5, [leakOf('poll')]));
  const [cause] = fold.history().causes;
  expect(cause).toMatchObject({ runs: 2, watched: 4, cleanRuns: 0, reopened: 1 });
  expect(cause).not.toHaveProperty('fixed');
});

test.each([
  ['that watched another file', { watched: ['test/other.test.js'] }, 0],
  ['on another line of Node', { nodes: ['v22.23.3'] }, 0],
  ['on another release of the line', { nodes: ['v24.99.0'] }, 1],
  ['in which the test file no longer exists', { watched: [], gone: ['test/poll.test.js'] }, 1],
])('a run %s makes %i clean', (_, own, clean) => {
  const { causes } = foldOf(runOn(2, [leakOf('poll')]), runOn(3, [], own)).history();
  expect(causes[0]?.cleanRuns).toBe(clean);
});

test('a cause that two test files leak is clean when both were watched', () => {
  const leak = leakOf('poll', { files: ['test/a.test.js', 'test/b.test.js'] });
  const fold = foldOf(runOn(2, [leak]), runOn(3, [], { watched: ['test/a.test.js'] }));
  expect(fold.history().causes[0]?.cleanRuns).toBe(0);
  fold.add(runOn(4, [], { watched: ['test/a.test.js', 'test/b.test.js'] }));
  expect(fold.history().causes[0]?.cleanRuns).toBe(1);
});

test('a fold goes on from its state as JSON', () => {
  const blocks = [runOn(2, [leakOf('poll')]), runOn(3, []), runOn(10, [leakOf('poll'), leakOf('retry')])];
  const whole = foldOf(...blocks, runOn(11, [leakOf('retry')]));
  const { runs, causes } = foldOf(...blocks);
  const kept = JSON.parse(JSON.stringify([runs, [...causes.values()]])) as [typeof runs, never[]];
  const later = new Fold(...kept);
  later.add(runOn(11, [leakOf('retry')]));
  expect(later.history()).toEqual(whole.history());
});
