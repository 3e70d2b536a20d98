import { describe, expect, onTestFinished, test } from 'vitest';
import { refusal } from '../../fixtures/refusal.ts';
import { causeOf, fixedAfter, historyOf } from '../fixtures/histories.ts';
import { keep } from '../fixtures/keep.ts';
import { testedTrackers, type TestedTracker } from '../fixtures/runs.ts';
import { TrackerServer, type Asked, type Fault, type Reply } from '../fixtures/tracker-server.ts';
import type { Issue } from '../fixtures/issue-store.ts';
import { labelOf } from '../text/fields.ts';
import { Stopped } from './requests.ts';
import { commonLabel, duplicateLabel, handsOffLabel } from './tracker.ts';

async function serverOf(tested: TestedTracker): Promise<TrackerServer> {
  const server = await TrackerServer.start(tested.api());
  onTestFinished(() => server.close());
  return server;
}

function isCreation({ method, path }: Asked): boolean {
  return method === 'POST' && /\/issues?$/.test(path);
}

/** Answers the first request that fits in another way. */
function once(fits: (asked: Asked) => boolean, fault: Fault): TrackerServer['fault'] {
  let isOver = false;
  return (asked) => {
    if (isOver || !fits(asked)) return undefined;
    isOver = true;
    return fault;
  };
}

/** Returns the words of an issue, of Markdown or of a document. */
function wordsOf(issue: Issue | undefined): string {
  return typeof issue?.body === 'string' ? issue.body : JSON.stringify(issue?.body);
}

async function stop(work: () => Promise<unknown>): Promise<Stopped> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Stopped) return error;
    throw error;
  }
  throw new Error('nothing stopped the run');
}

describe.each(testedTrackers)('$name', (tested) => {
  test('a ticket is created, left, updated, closed by a commit, reopened', async () => {
    const server = await serverOf(tested);
    const later = { time: '2126-11-30T08:00:00.000Z' };
    expect(await keep(tested, server, historyOf(causeOf(1)))).toEqual(['create 1']);
    expect(server.store.get(1)).toMatchObject({
      title: 'Leak: timer (Timeout) in startPolling, src/poll-1.ts',
      labels: [commonLabel, labelOf(causeOf(1))],
      isOpen: true,
    });
    const before = server.log.length;
    expect(await keep(tested, server, historyOf(causeOf(1)))).toEqual([]);
    expect(server.log.slice(before)).toHaveLength(1);
    const more = causeOf(1, { nodes: ['v24.21.0', 'v26.10.0'] });
    expect(await keep(tested, server, historyOf(more))).toEqual(['update 1']);
    expect(wordsOf(server.store.get(1))).toContain('24.21.0, 26.10.0');
    expect(await keep(tested, server, historyOf(causeOf(1, fixedAfter(5))))).toEqual(['close 1']);
    expect(server.store.get(1)?.isOpen).toBe(false);
    expect(wordsOf(server.store.get(1))).toContain('Fixed by f1f1f1f1f1f1: 5 runs without it');
    expect(await keep(tested, server, historyOf(causeOf(1, fixedAfter(6))))).toEqual([]);
    expect(await keep(tested, server, historyOf(causeOf(1, { last: later, reopened: 1 })))).toEqual([
      'reopen 1',
    ]);
    expect(server.store.get(1)?.isOpen).toBe(true);
    expect(wordsOf(server.store.get(1))).toContain('It was fixed before, and came back.');
  });

  test('all pages are read', async () => {
    const server = await serverOf(tested);
    server.store.pageSize = 2;
    const history = historyOf(...[1, 2, 3, 4, 5].map((number) => causeOf(number)));
    expect(await keep(tested, server, history)).toHaveLength(5);
    expect(await keep(tested, server, history)).toEqual([]);
  });

  test('what people add below the marker stays', async () => {
    const server = await serverOf(tested);
    await keep(tested, server, historyOf(causeOf(1)));
    const { body } = server.store.get(1) ?? {};
    const note = { type: 'paragraph', content: [{ type: 'text', text: 'my note' }] };
    const noted =
      typeof body === 'string'
        ? `${body}my note\n`
        : { ...(body as { content: object[] }), content: [...(body as { content: object[] }).content, note] };
    server.store.change(1, { body: noted });
    expect(await keep(tested, server, historyOf(causeOf(1)))).toEqual([]);
    expect(await keep(tested, server, historyOf(causeOf(1, { nodes: ['v26.10.0'] })))).toEqual(['update 1']);
    expect(wordsOf(server.store.get(1))).toMatch(/26\.10\.0.*what you add below it stays.*my note/s);
  });

  test('a ticket with the label for hands off is never changed', async () => {
    const server = await serverOf(tested);
    await keep(tested, server, historyOf(causeOf(1)));
    server.store.change(1, { labels: [...(server.store.get(1)?.labels ?? []), handsOffLabel] });
    expect(await keep(tested, server, historyOf(causeOf(1, fixedAfter(9))))).toEqual([]);
  });

  const answers: readonly (readonly [string, Reply | 'reset'])[] = [
    ['502', { status: 502, body: {} }],
    ['503 with a time to wait', { status: 503, headers: { 'retry-after': '0' } }],
    ['a lost connection', 'reset'],
  ];
  test.each(answers)('a creation that took effect and got %s is found, not repeated', async (_, reply) => {
    const server = await serverOf(tested);
    server.store.lag = 100;
    server.fault = once(isCreation, { reply, isAfter: true });
    expect(await keep(tested, server, historyOf(causeOf(1), causeOf(2)))).toEqual(['create 1', 'create 2']);
    expect(server.store.all()).toHaveLength(2);
  });

  test('a creation that did not take effect is repeated after a look', async () => {
    const server = await serverOf(tested);
    server.fault = once(isCreation, { reply: { status: 500, body: {} }, isAfter: false });
    expect(await keep(tested, server, historyOf(causeOf(1)))).toEqual(['create 1']);
    expect(server.store.all()).toHaveLength(1);
  });

  test('a ticket that lists do not show yet is found by its number', async () => {
    const server = await serverOf(tested);
    server.store.lag = 100;
    expect(await keep(tested, server, historyOf(causeOf(1), causeOf(2)))).toHaveLength(2);
    expect(await keep(tested, server, historyOf(causeOf(1), causeOf(2)))).toEqual([]);
  });

  test('two runs at the same time: the lower number stays, the other says so and is closed', async () => {
    const server = await serverOf(tested);
    let waiting = 0;
    let release = (): void => {};
    const both = new Promise<void>((resolve) => void (release = resolve));
    // neither run creates before the other has looked
    server.fault = async (asked) => {
      if (!isCreation(asked)) return undefined;
      waiting += 1;
      if (waiting === 2) release();
      await both;
      return undefined;
    };
    const history = historyOf(causeOf(1));
    const done = await Promise.all([keep(tested, server, history), keep(tested, server, history)]);
    expect(done.flat().toSorted()).toEqual(
      expect.arrayContaining(['close duplicate 2', 'create 1', 'create 2']),
    );
    const [first, second] = server.store.all();
    expect(first).toMatchObject({ isOpen: true, labels: [commonLabel, labelOf(causeOf(1))] });
    expect(second).toMatchObject({ isOpen: false, labels: [commonLabel, duplicateLabel] });
    expect(wordsOf(second)).toMatch(/Duplicate of (#|\\#|SHOP-)1: two runs opened a ticket/);
    server.fault = () => undefined;
    expect(await keep(tested, server, history)).toEqual([]);
  });

  test('a limit is waited out, also for a creation', async () => {
    const server = await serverOf(tested);
    const limited = { status: 429, headers: { 'retry-after': '0.2' }, body: { message: 'too many' } };
    server.fault = once(isCreation, { reply: limited, isAfter: false });
    expect(await keep(tested, server, historyOf(causeOf(1)))).toEqual(['create 1']);
  });

  test('a limit beyond the budget stops the run, with all before it done', async () => {
    const server = await serverOf(tested);
    const limited = { status: 429, headers: { 'retry-after': '3600' } };
    let creations = 0;
    server.fault = (asked) => {
      if (isCreation(asked)) creations += 1;
      return creations === 2 ? { reply: limited, isAfter: false } : undefined;
    };
    const { message, next } = await stop(() => keep(tested, server, historyOf(causeOf(1), causeOf(2))));
    expect(message).toMatch(
      /^\w+: its limit is reached \(429\); a wait of 3600 s is more than is left of --wait$/,
    );
    expect(next).toBe('run it again later: what is done is done; or --wait 3720');
    expect(server.store.all()).toHaveLength(1);
  });

  test('no token is in the error for a refused one', async () => {
    const server = await serverOf(tested);
    const body = { message: `no rights for ${tested.token}`, errorMessages: [tested.token] };
    server.fault = () => ({ reply: { status: 401, body }, isAfter: false });
    const { problem, next } = await refusal(() => keep(tested, server, historyOf(causeOf(1))));
    expect(problem).toMatch(/^\w+ answered 401 to (GET|POST) \/.*no rights for \*\*\*/);
    expect(next).toBe('set a token that is valid; the guide names the variable and the rights');
    expect(problem).not.toContain(tested.token);
  });

  test('an answer of something else than the API is no empty list', async () => {
    const server = await serverOf(tested);
    server.fault = () => ({ reply: { status: 200, body: { welcome: 'to the proxy' } }, isAfter: false });
    const { problem, next } = await refusal(() => keep(tested, server, historyOf(causeOf(1))));
    expect(problem).toMatch(/^\w+ answered, but not as its API does: expected a list/);
    expect(next).toBe('check --url: it is the address of the API');
    expect(server.store.all()).toEqual([]);
  });

  test('a refused change of one ticket does not keep the others from theirs', async () => {
    const server = await serverOf(tested);
    await keep(tested, server, historyOf(causeOf(1), causeOf(2)));
    server.fault = ({ method, path }) =>
      /^P(?:UT|ATCH)/.test(method) && path.endsWith('1')
        ? { reply: { status: 403, body: { message: 'locked' } }, isAfter: false }
        : undefined;
    const nodes = ['v26.10.0'];
    const done = await keep(tested, server, historyOf(causeOf(1, { nodes }), causeOf(2, { nodes })));
    expect(done).toEqual([expect.stringMatching(/answered 403 to P\w+ .*1: locked$/), 'update 2']);
  });
});

const [github, gitlab, jira] = testedTrackers as [TestedTracker, TestedTracker, TestedTracker];

test.each([github, gitlab])('$name: a token that may not set labels makes no tickets', async (tested) => {
  const server = await serverOf(tested);
  server.store.mayLabel = false;
  const { problem } = await refusal(() => keep(tested, server, historyOf(causeOf(1), causeOf(2))));
  expect(problem).toMatch(
    / created #1 without its label, which this token may not set; it was closed again$/,
  );
  expect(server.store.all().map(({ isOpen }) => isOpen)).toEqual([false]);
});

test('github: a secondary limit is waited out by its own time', async () => {
  const server = await serverOf(github);
  const reply = {
    status: 403,
    headers: { 'retry-after': '0.2', 'x-ratelimit-remaining': '4000' },
    body: { message: 'You have exceeded a secondary rate limit.' },
  };
  server.fault = once(isCreation, { reply, isAfter: false });
  expect(await keep(github, server, historyOf(causeOf(1)))).toEqual(['create 1']);
});

test('github: an issue that people closed as not planned stays closed', async () => {
  const server = await serverOf(github);
  await keep(github, server, historyOf(causeOf(1)));
  server.store.change(1, { isOpen: false, reason: 'not_planned' });
  const back = causeOf(1, { last: { time: '2126-11-30T08:00:00.000Z' } });
  expect(await keep(github, server, historyOf(back))).toEqual([]);
});

test('github: a next page at another address is not asked for', async () => {
  const server = await serverOf(github);
  const headers = { link: '<https://elsewhere.example/repos?page=2>; rel="next"' };
  server.fault = () => ({ reply: { status: 200, headers, body: [] }, isAfter: false });
  const { message } = await stop(() => keep(github, server, historyOf(causeOf(1))));
  expect(message).toBe('GitHub names a next page at another address');
});

test('github: a repository that has moved is named, and the token not sent on', async () => {
  const server = await serverOf(github);
  const headers = { location: 'https://elsewhere.example/' };
  server.fault = () => ({ reply: { status: 301, headers, body: {} }, isAfter: false });
  expect(await refusal(() => keep(github, server, historyOf(causeOf(1))))).toEqual({
    problem: 'GitHub answered 301 to GET /repos/acme/shop/issues',
    next: 'GitHub moved acme/shop: name its new place with --project or --url',
  });
});

test('jira: the old search would answer 410, and is not asked', async () => {
  const server = await serverOf(jira);
  await keep(jira, server, historyOf(causeOf(1)));
  expect(server.log).toContain('POST /rest/api/3/search/jql');
  expect(server.log).not.toContain('POST /rest/api/3/search');
});

test('a service that is not there is named after some tries', async () => {
  const server = await TrackerServer.start(github.api());
  const { url } = server;
  await server.close();
  const { message } = await stop(() => keep(github, { url }, historyOf(causeOf(1))));
  expect(message).toMatch(/^GitHub can't be reached at 127\.0\.0\.1:\d+: ECONNREFUSED$/);
});
