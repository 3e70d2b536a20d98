import { createHash } from 'node:crypto';
import type { TestReport } from '../../../detector/internal.ts';
import { git } from '../../ci/git.ts';
import { isTime } from '../check-record.ts';

/** The commit that was tested, and its branch and author. */
export interface Tested {
  readonly commit?: string;
  readonly branch?: string;
  readonly author?: string;
}

/** Variables that together name a run of a CI service, its attempt included. */
const services: Readonly<Record<string, readonly string[]>> = {
  github: ['GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'],
  // a job that is tried again has another id
  gitlab: ['CI_PIPELINE_ID', 'CI_JOB_ID'],
  jenkins: ['JENKINS_URL', 'JOB_NAME', 'BUILD_NUMBER'],
  buildkite: ['BUILDKITE_BUILD_ID', 'BUILDKITE_RETRY_COUNT'],
  circleci: ['CIRCLE_WORKFLOW_ID', 'CIRCLE_BUILD_NUM'],
  azure: ['BUILD_BUILDID', 'SYSTEM_JOBATTEMPT'],
  bitbucket: ['BITBUCKET_BUILD_NUMBER', 'BITBUCKET_STEP_RUN_NUMBER'],
};

/** Variables with the branch, in the order in which they count: of a merge request, its source. */
const branches = [
  'GITHUB_HEAD_REF',
  'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME',
  'CI_COMMIT_BRANCH',
  'CHANGE_BRANCH',
  'BRANCH_NAME',
  'BUILDKITE_BRANCH',
  'CIRCLE_BRANCH',
  'BITBUCKET_BRANCH',
];

/** Variables with the time at which a run began. */
const times = ['CI_PIPELINE_CREATED_AT', 'CI_JOB_STARTED_AT'];

/** Returns the name of this run of the CI service; nothing elsewhere. */
export function nameInCi(env: NodeJS.ProcessEnv): string | undefined {
  for (const [service, names] of Object.entries(services)) {
    const values = names.map((name) => env[name] ?? '');
    const parts = values.filter((_, index) => names[index] !== 'JENKINS_URL');
    if (values.every((value) => value !== ''))
      return [service, ...parts].join('-').replaceAll(/[\s/]+/g, '-');
  }
  return undefined;
}

/** Returns the name of a run that has none in CI: a hash of commit and reports. */
export function nameOfReports(commit: string | undefined, reports: readonly TestReport[]): string {
  const hash = createHash('sha256').update(commit ?? '');
  for (const text of reports.map((report) => JSON.stringify(report)).toSorted())
    hash.update('\n').update(text);
  return `local-${hash.digest('hex').slice(0, 16)}`;
}

/** Returns the time of a run: as the CI service says, else that of the last report. */
export function timeOf(env: NodeJS.ProcessEnv, lastReport: Date): string {
  for (const name of times) {
    const time = Date.parse(env[name] ?? '');
    if (!Number.isNaN(time) && isTime(new Date(time).toISOString())) return new Date(time).toISOString();
  }
  return new Date(Math.floor(lastReport.getTime())).toISOString();
}

/** Returns what git, and before it the CI service, know of the tested commit. */
export async function testedIn(root: string, env: NodeJS.ProcessEnv): Promise<Tested> {
  const commit = await git(root, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  const author = commit ? await git(root, 'log', '-1', '--format=%aN', commit) : undefined;
  const branch = branchIn(env) ?? (await git(root, 'symbolic-ref', '--quiet', '--short', 'HEAD'));
  return { ...(commit && { commit }), ...(branch && { branch }), ...(author && { author }) };
}

function branchIn(env: NodeJS.ProcessEnv): string | undefined {
  const named = branches.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  if (named !== undefined) return named;
  // a tag has a name too
  return env['GITHUB_REF_TYPE'] === 'branch' ? env['GITHUB_REF_NAME'] || undefined : undefined;
}
