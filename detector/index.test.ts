import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentedIn, runExamples } from './fixtures/documented.ts';

const entry = join(import.meta.dirname, 'index.ts');
const all = documentedIn(entry);

test('everything that a user imports is listed here, so that it grows on purpose alone', () => {
  expect(all.map(({ name }) => name).toSorted()).toEqual([
    'Api',
    'ArgumentRule',
    'Evidence',
    'Facts',
    'FindOptions',
    'Finding',
    'FormatOptions',
    'IgnoreRule',
    'Kind',
    'LeakError',
    'Lease',
    'Level',
    'NotJudged',
    'Policy',
    'PolicyError',
    'PolicyProblem',
    'ProbeName',
    'Report',
    'RuleScope',
    'Scope',
    'ScopeOptions',
    'Site',
    'find',
    'formatReport',
    'kinds',
    'levels',
    'loadPolicy',
    'parsePolicy',
    'probeNames',
    'snapshot',
    'track',
    'verifyNone',
    'wantsColour',
  ]);
});

test('each has a comment and an example', () => {
  const bare = all.filter(({ comment, examples }) => comment === '' || examples.every((code) => code === ''));
  expect(bare.map(({ name }) => name)).toEqual([]);
});

test('each example runs', async () => {
  const { count, stderr } = await runExamples(all, entry, 'leaklab');
  expect(count).toBeGreaterThanOrEqual(all.length);
  expect(stderr).toBe(`ran ${count}\n`);
});
