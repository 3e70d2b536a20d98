import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { leaklab, refused } from '../fixtures/cli.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { causeOf, fixedAfter, historyOf } from './fixtures/histories.ts';
import { runTickets, testedTrackers, withoutCi, type TestedTracker } from './fixtures/runs.ts';
import { TrackerServer } from './fixtures/tracker-server.ts';
import { marker } from './text/markdown.ts';

const folder = tempFolders();
const history = JSON.stringify(historyOf(causeOf(1), causeOf(2, { isInTest: true })));
const fixed = JSON.stringify(historyOf(causeOf(1, fixedAfter(5)), causeOf(2, { isInTest: true })));
const args = ['--history', 'history.json'];

describe.each(testedTrackers)('$name', (tested) => {
  test('a dry run says what would happen and writes nothing; --apply does it', async () => {
    const server = await TrackerServer.start(tested.api());
    onTestFinished(() => server.close());
    const home = folder({ 'history.json': history });
    const { project } = tested;
    expect(await runTickets(tested, server, home, args)).toEqual({
      code: 0,
      stderr: '',
      stdout: `would create  leaklab-000000010123  Leak: timer (Timeout) in startPolling, src/poll-1.ts
would create  leaklab-000000020123  Leak: timer (Timeout) in startPolling, src/poll-2.ts
next: the same with --apply does these 2 in ${project}
`,
    });
    expect(server.store.all()).toEqual([]);
    const [one, two] = project === 'SHOP' ? ['SHOP-1', 'SHOP-2'] : ['#1', '#2'];
    expect(await runTickets(tested, server, home, [...args, '--apply', '--most', '1'])).toEqual({
      code: 0,
      stderr: '',
      stdout: `created   ${one}  leaklab-000000010123  Leak: timer (Timeout) in startPolling, src/poll-1.ts
1 more cause without a ticket: --most 1 is reached
1 ticket changed in ${project}
`,
    });
    writeFileSync(join(home, 'history.json'), fixed);
    const { stdout } = await runTickets(tested, server, home, [...args, '--apply', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      project,
      isApplied: true,
      done: [
        { do: 'close', ticket: one, why: 'fixed by f1f1f1f1f1f1: 5 runs without it since 2026-11-27' },
        { do: 'create', ticket: two, label: 'leaklab-000000020123' },
      ],
      withoutTicket: [],
      unknown: [],
    });
    expect((await runTickets(tested, server, home, [...args, '--apply'])).stdout).toBe(
      `nothing to do: the tickets of ${project} are up to date\n`,
    );
  });

  test('a limit beyond the budget ends with 1, says what is done, and shows no token', async () => {
    const server = await TrackerServer.start(tested.api());
    onTestFinished(() => server.close());
    const body = { message: `slow down, ${tested.token}` };
    server.fault = () =>
      server.store.all().length === 1
        ? { reply: { status: 429, headers: { 'retry-after': '900' }, body }, isAfter: false }
        : undefined;
    const home = folder({ 'history.json': history });
    const told = await runTickets(tested, server, home, [...args, '--apply', '--wait', '1']);
    expect(told.code).toBe(1);
    expect(told.stderr).toMatch(
      /^leaklab: \w+: its limit is reached \(429\); a wait of 900 s is more than is left of --wait; \d done, \d left\nnext: run it again later: what is done is done; or --wait 901\n$/,
    );
    expect(told.stdout + told.stderr).not.toContain(tested.token);
  });
});

test('files: front matter, a person’s notes, and the state', async () => {
  const home = folder({ 'history.json': history, CODEOWNERS: '/src/ @ada @acme/shop' });
  const run = async (...more: string[]): Promise<string> =>
    (await leaklab(['tickets', '--to', 'file', ...args, ...more], home, withoutCi)).stdout;
  expect(await run('--apply'))
    .toBe(`created   leaklab-000000010123.md  Leak: timer (Timeout) in startPolling, src/poll-1.ts
created   leaklab-000000020123.md  Leak: timer (Timeout) in startPolling, src/poll-2.ts
2 tickets changed in leak-tickets
`);
  const file = join(home, 'leak-tickets', 'leaklab-000000010123.md');
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(
    /^---\ntitle: "Leak: timer \(Timeout\) in startPolling, src\/poll-1\.ts"\nstate: open\n/,
  );
  expect(text).toContain(
    'labels:\n  - leaklab\n  - leaklab-000000010123\nowners:\n  - "@ada"\n  - "@acme/shop"\n---\n',
  );
  writeFileSync(file, `${text}we know\n`);
  expect(await run('--apply')).toBe('nothing to do: the tickets of leak-tickets are up to date\n');
  writeFileSync(join(home, 'history.json'), fixed);
  expect(await run('--apply')).toContain('closed    leaklab-000000010123.md  fixed by f1f1f1f1f1f1');
  const closed = readFileSync(file, 'utf8');
  expect(closed).toMatch(/\nstate: closed\n/);
  expect(closed).toMatch(/\nFixed by f1f1f1f1f1f1: 5 runs without it since 2026-11-27\.\n/);
  expect(closed.endsWith(`${marker}\nwe know\n`)).toBe(true);
});

describe('settings in leaklab.json', () => {
  test('hold, and flags win', async () => {
    const tickets = { to: 'file', folder: 'debt', template: 'ticket.md', most: 1, history: 'history.json' };
    const home = folder({
      'history.json': history,
      'leaklab.json': JSON.stringify({ tickets }),
      'ticket.md': '# {{kind}}\n{{function}}\n',
    });
    const { stdout } = await leaklab(['tickets', '--apply', '--most', '5'], home, withoutCi);
    expect(stdout).toContain('2 tickets changed in debt');
    expect(readFileSync(join(home, 'debt', 'leaklab-000000010123.md'), 'utf8')).toBe(
      `---\ntitle: timer\nstate: open\nlabels:\n  - leaklab\n  - leaklab-000000010123\n---\n\nstartPolling\n\n${marker}\n`,
    );
  });
});

describe('used wrongly', () => {
  const [github] = testedTrackers as [TestedTracker];
  const cause = causeOf(1);
  const broken = JSON.stringify({ runs: [], causes: [{ ...cause, cause: 'x' }] });
  test.each([
    [[], {}, 'no tracker is named', '--to github, --to gitlab, --to jira, --to file'],
    [
      ['--to', 'trello'],
      {},
      '--to: expected one of github, gitlab, jira, file, got "trello"',
      'leaklab tickets --help lists the settings',
    ],
    [['--to', 'github'], {}, 'GitHub: no project is named', '--project acme/shop'],
    [
      ['--to', 'jira', '--project', 'SHOP" OR'],
      { JIRA_URL: 'https://acme.example' },
      String.raw`Jira: no project can be called "SHOP\" OR"`,
      '--project SHOP',
    ],
    [
      ['--to', 'jira', '--project', 'SHOP'],
      {},
      'Jira: no address is known',
      '--url https://acme.atlassian.net',
    ],
    [
      ['--to', 'github', '--project', 'acme/shop', '--apply'],
      {},
      'GitHub: no token in GITHUB_TOKEN',
      'set GITHUB_TOKEN; the guide says which rights it needs',
    ],
    [
      ['--to', 'gitlab', '--project', 'acme/shop', '--url', 'https://ada:hush@lab.example'],
      {},
      '--url: expected an address that begins with https://, got another',
      'leaklab tickets --help lists the settings',
    ],
    [
      ['--to', 'gitlab', '--project', 'acme/shop'],
      { CI_API_V4_URL: 'https://ada:hush@lab.example' },
      "GitLab: the address from the environment can't be used",
      'an address without credentials',
    ],
    [
      ['--to', 'file', '--after', '0'],
      {},
      '--after: expected a whole number from 1 up, got 0',
      'leaklab tickets --help lists the settings',
    ],
    [
      ['--to', 'file', '--most', 'ten'],
      {},
      '--most: expected a whole number from 0 up, got "ten"',
      'leaklab tickets --help lists the settings',
    ],
    [['--to', 'file', 'extra'], {}, '"extra" is not an option', 'leaklab tickets --help'],
    [
      ['--to', 'file', '--history', 'broken.json'],
      {},
      'broken.json: causes[0]: expected cause to be 32 hexadecimal digits, got "x"',
      'name a file that `leaklab history` wrote',
    ],
    [
      ['--to', 'file', '--history', 'history.json', '--template', 'none.md'],
      {},
      "none.md: ENOENT: no such file or directory, open 'none.md'",
      '--template names a Markdown file',
    ],
  ])('%j', async (wrong, env, problem, next) => {
    const home = folder({ 'broken.json': broken, 'history.json': history });
    const told = await leaklab(['tickets', ...wrong], home, { ...withoutCi, ...env });
    expect({ ...told, stderr: told.stderr.replaceAll(`${home}/`, '') }).toEqual(refused(problem, next));
  });

  test('a refused token is named by its variable, and not shown', async () => {
    const server = await TrackerServer.start(github.api());
    onTestFinished(() => server.close());
    const home = folder({ 'history.json': history });
    const wrong = { ...github, env: { GITHUB_TOKEN: 'ghp_anotherSecret' } };
    const told = await runTickets(wrong, server, home, [...args, '--apply']);
    expect(told).toEqual(
      refused(
        'GitHub answered 401 to GET /repos/acme/shop/issues: Bad credentials',
        'set a token that is valid; the guide names the variable and the rights',
      ),
    );
  });

  test('a file among the tickets that is none', async () => {
    const home = folder({ 'history.json': history, 'leak-tickets/leaklab-000000010123.md': 'mine' });
    const told = await leaklab(['tickets', '--to', 'file', ...args], home, withoutCi);
    expect(told.stderr.replaceAll(`${home}/`, '')).toBe(
      'leaklab: leak-tickets/leaklab-000000010123.md: no front matter between two lines `---`\nnext: restore the file, or delete it\n',
    );
  });
});
