import { expect, test } from 'vitest';
import { testReport } from '../../ci/formats/fixtures/test-reports.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { nameInCi, nameOfReports, testedIn, timeOf } from './run-identity.ts';

const folder = tempFolders();

test.each([
  ['github-4711-2', { GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '2' }],
  ['gitlab-12-345', { CI_PIPELINE_ID: '12', CI_JOB_ID: '345' }],
  [
    'jenkins-shop-main-7',
    { JENKINS_URL: 'https://ci.example.org', JOB_NAME: 'shop/main', BUILD_NUMBER: '7' },
  ],
  [undefined, { JOB_NAME: 'shop', BUILD_NUMBER: '7' }],
  [undefined, { GITHUB_RUN_ID: '', GITHUB_RUN_ATTEMPT: '' }],
])('%s is the name of a run with %o', (name, env) => {
  expect(nameInCi(env)).toBe(name);
});

test('elsewhere, commit and reports name a run, in any order', () => {
  const [a, b] = [testReport('/shop/a.test.js', 'a'), testReport('/shop/b.test.js', 'b')];
  const name = nameOfReports('c0ffee', [a, b]);
  expect(name).toMatch(/^local-[\da-f]{16}$/);
  expect(nameOfReports('c0ffee', [b, a])).toBe(name);
  expect([nameOfReports('beef', [a, b]), nameOfReports('c0ffee', [a])]).not.toContain(name);
});

test('the time is that of the pipeline, else of the last report', () => {
  const last = new Date('2026-11-30T12:00:00.123Z');
  expect(timeOf({ CI_PIPELINE_CREATED_AT: '2026-11-30T10:00:00+02:00' }, last)).toBe(
    '2026-11-30T08:00:00.000Z',
  );
  expect(timeOf({ CI_PIPELINE_CREATED_AT: 'soon' }, last)).toBe('2026-11-30T12:00:00.123Z');
});

test.each([
  ['poll', { GITHUB_HEAD_REF: 'poll', GITHUB_REF_NAME: '12/merge', GITHUB_REF_TYPE: 'branch' }],
  ['main', { GITHUB_HEAD_REF: '', GITHUB_REF_NAME: 'main', GITHUB_REF_TYPE: 'branch' }],
  [undefined, { GITHUB_REF_NAME: 'v1', GITHUB_REF_TYPE: 'tag' }],
  ['fix', { CHANGE_BRANCH: 'fix', BRANCH_NAME: 'PR-3' }],
])('%s is the branch with %o', async (branch, env) => {
  expect(await testedIn(folder(), env)).toEqual(branch === undefined ? {} : { branch });
});
