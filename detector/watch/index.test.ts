import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentedIn, runExamples } from '../fixtures/documented.ts';

const entry = join(import.meta.dirname, 'index.ts');
const all = documentedIn(entry);

test('everything that a service imports is listed here, so that it grows on purpose alone', () => {
  expect(all.map(({ name }) => name).toSorted()).toEqual([
    'Meter',
    'Watch',
    'WatchOptions',
    'WatchReport',
    'WatchedLine',
    'watch',
  ]);
});

test('each has a comment and an example', () => {
  const bare = all.filter(({ comment, examples }) => comment === '' || examples.every((code) => code === ''));
  expect(bare.map(({ name }) => name)).toEqual([]);
});

test('each example runs', async () => {
  const { count, stderr } = await runExamples(all, entry, 'leaklab/watch');
  expect(count).toBeGreaterThanOrEqual(all.length);
  expect(stderr).toBe(`ran ${count}\n`);
});
