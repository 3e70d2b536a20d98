import { relative, resolve } from 'node:path';
import { UsageError } from '../shared/usage-error.ts';
import { Files } from './trackers/file.ts';
import { GitHub } from './trackers/github.ts';
import { GitLab } from './trackers/gitlab.ts';
import { Jira } from './trackers/jira.ts';
import { Requests } from './trackers/requests.ts';
import type { Tracker } from './trackers/tracker.ts';
import { trackerNames, type TicketsSettings, type TrackerName } from './tickets-settings.ts';

export interface Opened {
  readonly tracker: Tracker;
  readonly requests: Requests;
}

/** The variables that CI services and people set for each tracker. */
interface Service {
  readonly service: string;
  /** Returns the address of the API. */
  url(env: NodeJS.ProcessEnv): string | undefined;
  project(env: NodeJS.ProcessEnv): string | undefined;
  readonly isProject: RegExp;
  readonly exampleProject: string;
  readonly token: string;
  readonly pause: number;
  headers(env: NodeJS.ProcessEnv, token: string): Record<string, string>;
  open(requests: Requests, project: string, url: string, settings: TicketsSettings): Tracker;
}

const services: Readonly<Record<Exclude<TrackerName, 'file'>, Service>> = {
  github: {
    service: 'GitHub',
    url: (env) => env['GITHUB_API_URL'] || 'https://api.github.com',
    project: (env) => env['GITHUB_REPOSITORY'],
    isProject: /^[\w.-]+\/[\w.-]+$/,
    exampleProject: 'acme/shop',
    token: 'GITHUB_TOKEN',
    // GitHub asks for a second between requests that write
    pause: 1000,
    headers: (_, token) => ({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    }),
    open: (requests, project) => new GitHub(requests, project),
  },
  gitlab: {
    service: 'GitLab',
    url: (env) => env['CI_API_V4_URL'] || 'https://gitlab.com/api/v4',
    project: (env) => env['CI_PROJECT_ID'],
    isProject: /^(?:\d+|[\w.-]+(?:\/[\w.-]+)+)$/,
    exampleProject: 'acme/shop, or its number',
    token: 'GITLAB_TOKEN',
    pause: 0,
    headers: (_, token): Record<string, string> => (token === '' ? {} : { 'private-token': token }),
    open: (requests, project) => new GitLab(requests, project),
  },
  jira: {
    service: 'Jira',
    url: (env) => env['JIRA_URL'],
    project: (env) => env['JIRA_PROJECT'],
    isProject: /^[A-Z][A-Z\d_]+$/,
    exampleProject: 'SHOP',
    token: 'JIRA_TOKEN',
    pause: 0,
    headers: (env, token): Record<string, string> => {
      const user = env['JIRA_USER'] ?? '';
      const basic = `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
      if (token === '') return {};
      return { accept: 'application/json', authorization: user === '' ? `Bearer ${token}` : basic };
    },
    open: (requests, project, url, { issueType: type, fields }) =>
      new Jira(requests, { project, type, fields, url }),
  },
};

/** The folder of `--to file` where none is named. */
const usualFolder = 'leak-tickets';

/**
 * Returns the tracker that the settings and the environment name.
 *
 * @param isApplied true if it will be written to, for which a token is needed
 * @throws UsageError if a part is missing or wrong
 */
export function openTracker(settings: TicketsSettings, env: NodeJS.ProcessEnv, isApplied: boolean): Opened {
  const { to, wait, folder } = settings;
  if (to === undefined) {
    throw new UsageError('no tracker is named', `--to ${trackerNames.join(', --to ')}`);
  }
  const budget = wait * 1000;
  if (to === 'file') {
    const requests = new Requests({ service: to, base: '', headers: {}, secrets: [], budget, pause: 0 });
    const path = folder ?? resolve(usualFolder);
    return { tracker: new Files(path, relative(process.cwd(), path) || '.'), requests };
  }
  const { service, ...known } = services[to];
  const url = addressOf(settings.url ?? known.url(env), service, settings.url === undefined);
  const project = settings.project ?? known.project(env) ?? '';
  if (!known.isProject.test(project)) {
    const problem =
      project === '' ? 'no project is named' : `no project can be called ${JSON.stringify(project)}`;
    throw new UsageError(`${service}: ${problem}`, `--project ${known.exampleProject}`);
  }
  const token = (env[known.token] ?? '').trim();
  if (token === '' && isApplied) {
    throw new UsageError(
      `${service}: no token in ${known.token}`,
      `set ${known.token}; the guide says which rights it needs`,
    );
  }
  if (/[^\u0021-\u007E]/.test(token)) {
    throw new UsageError(
      `${service}: ${known.token} has characters that no token has`,
      `set ${known.token} again`,
    );
  }
  const headers = { 'user-agent': 'leaklab', ...known.headers(env, token) };
  const { authorization = '' } = headers as Partial<Record<string, string>>;
  const requests = new Requests({
    service,
    base: url,
    headers,
    secrets: [token, authorization.replace(/^\w+ /, '')],
    budget,
    pause: settings.pause ?? known.pause,
  });
  return { tracker: known.open(requests, project, url, settings), requests };
}

function addressOf(text: string | undefined, service: string, isFromEnvironment: boolean): string {
  if (text === undefined || text === '') {
    throw new UsageError(`${service}: no address is known`, '--url https://acme.atlassian.net');
  }
  if (!URL.canParse(text) || new URL(text).username !== '' || new URL(text).password !== '') {
    const from = isFromEnvironment ? 'the environment' : '--url';
    throw new UsageError(
      `${service}: the address from ${from} can't be used`,
      'an address without credentials',
    );
  }
  return text.replace(/\/+$/, '');
}
