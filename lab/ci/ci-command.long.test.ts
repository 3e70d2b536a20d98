import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaklab, refused, startLeaklab, type Told } from '../fixtures/cli.ts';
import { isAlive } from '../fixtures/processes.ts';
import { tempFolders, type Files } from '../fixtures/temp-folders.ts';

const folder = tempFolders();
const node = process.version.slice(1);

/** Writes what a runner would, for a test of this package that leaves these lines of its index.js. */
const runner = `import { mkdirSync, writeFileSync } from 'node:fs';
const lines = process.argv.slice(2).map(Number);
const leaks = lines.map((line) => ({
  kind: 'timer', type: 'Timeout', count: 1, related: [], stack: [], owner: 'works', evidence: 'alive',
  site: { file: process.cwd() + '/index.js', line, column: 1, function: 'poll' },
}));
const report = {
  version: 1, leaks, ignored: [], notJudged: [], unusedRules: [], expiredRules: [], failedProbes: [],
};
const file = process.cwd() + '/index.test.js';
const folder = process.env.LEAKLAB_REPORTS;
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/1-0.jsonl', JSON.stringify({
  version: 1, runner: 'node:test', node: process.env.FAKE_NODE ?? process.version, unit: 'test', file,
  name: ['works'], line: 7, report,
}) + '\\n');
process.exitCode = leaks.length > 0 ? 1 : 0;
`;

/** A monorepo of packages with these test commands. */
function monorepo(packages: Readonly<Record<string, string>>, more: Files = {}): string {
  const files = Object.entries(packages).map(([name, command]): [string, string] => [
    `packages/${name}/package.json`,
    JSON.stringify({
      name: `@shop/${name}`,
      type: 'module',
      scripts: command === '' ? {} : { test: command },
    }),
  ]);
  const sources = Object.keys(packages).map((name): [string, string] => [
    `packages/${name}/index.js`,
    'poll();\nstart();\n',
  ]);
  return folder({
    'package.json': JSON.stringify({ name: 'shop', private: true, workspaces: ['packages/*'] }),
    'runner.mjs': runner,
    ...Object.fromEntries([...files, ...sources]),
    ...more,
  });
}

const clean = 'node ../../runner.mjs';

/** Lines of progress, sorted, without the times that they tell. */
function progress({ stderr }: Told): string[] {
  return stderr
    .trim()
    .split('\n')
    .map((line) => line.replace(/, [\d.]+ s$/, ''))
    .toSorted();
}

test('a leak is told with its package, test and line; packages without tests are left out', async () => {
  const root = monorepo({ orders: clean, stock: `${clean} 2`, types: '' });
  const told = await leaklab(['ci', '--jobs', '2'], root);
  expect(told.code).toBe(1);
  expect(told.stdout).toContain(`1 leak from 1 line in 2 tests on Node ${node}\n`);
  expect(told.stdout).toContain('  at packages/stock/index.js:2:1 in poll\n');
  expect(told.stdout).toContain(
    `  test   packages/stock/index.test.js > works, line 7 of @shop/stock on Node ${node}\n`,
  );
  expect(progress(told)).toEqual([
    `@shop/orders on Node ${node}: 1 watched, no leaks, exit code 0`,
    `@shop/stock on Node ${node}: 1 watched, 1 leak, exit code 1`,
    '@shop/types: no test script, left out',
  ]);
});

test('what is set in leaklab.json holds, and flags come first', async () => {
  const root = monorepo(
    { orders: 'exit 9', stock: 'exit 9' },
    {
      'leaklab.json': JSON.stringify({
        ci: { packages: ['packages/orders'], command: clean, node: ['current', node], limit: 300, jobs: 1 },
      }),
    },
  );
  expect(await leaklab(['ci'], root)).toMatchObject({
    code: 0,
    stdout: `no leaks in 1 test on Node ${node}\n`,
  });
  const told = await leaklab(['ci', '--packages', 'packages/orders, packages/stock'], root);
  expect(told).toMatchObject({ code: 0, stdout: `no leaks in 2 tests on Node ${node}\n` });
});

test('leaks are accepted for a time, and what fails for another reason is told with its last lines', async () => {
  const root = monorepo({ stock: `${clean} 1` });
  const accept = await leaklab(['ci', '--baseline', 'leaks.json', '--accept'], root);
  expect(accept.code).toBe(0);
  expect(await leaklab(['ci', '--baseline', 'leaks.json'], root)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^no leaks in 1 test on Node [\d.]+\n\ntolerated: 1 timer: in the baseline since [\d-]{10}\n$/,
    ) as string,
  });
  // the tests hold to the same baseline, so another failure beside accepted leaks is seen
  const hidden = await leaklab(
    [
      'ci',
      '--baseline',
      'leaks.json',
      '--command',
      'test -f "$LEAKLAB_BASELINE" && node ../../runner.mjs && exit 4',
    ],
    root,
  );
  expect(hidden).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /its tests failed with exit code 4\n[^]*\n\nfails: .*1 problem to solve\n$/,
    ) as string,
  });
  const failing = await leaklab(['ci', '--command', `${clean} && echo 1 assertion failed && exit 3`], root);
  expect(failing.code).toBe(1);
  expect(failing.stdout).toBe(`no leaks in 1 test on Node ${node}; 1 problem

@shop/stock on Node ${node}: its tests failed with exit code 3

fails: 1 problem to solve
`);
  expect(failing.stderr).toContain('  1 assertion failed\n');
});

test('a run that accepts has the tests accept their leaks, so that another failure is seen', async () => {
  const root = monorepo({ stock: `${clean} && test "$LEAKLAB_ACCEPT" = 1 && exit 3` });
  const told = await leaklab(['ci', '--baseline', 'leaks.json', '--accept'], root);
  expect(told.code).toBe(1);
  expect(told.stdout).toContain(`@shop/stock on Node ${node}: its tests failed with exit code 3\n`);
});

test('tests that nothing watches are no proof', async () => {
  const root = monorepo({ orders: 'exit 0' });
  const { code, stdout } = await leaklab(['ci'], root);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: `no leaks in nothing; 1 problem

@shop/orders on Node ${node}: nothing was watched: no test wrote a report; next: set up leaklab in each project of the runner (vitest: \`extends: true\`)

fails: 1 problem to solve
`,
  });
});

test('the command behind -- reaches the runner word for word', async () => {
  const root = monorepo(
    { orders: 'exit 3' },
    { 'argument.mjs': 'process.exitCode = process.argv[2] === "a  b" ? 0 : 4;' },
  );
  const { code, stdout } = await leaklab(['ci', '--', 'node', '../../argument.mjs', 'a  b'], root);
  expect(code).toBe(1);
  expect(stdout).toContain('no leaks in nothing; 1 problem\n');
  expect(stdout).toContain('nothing was watched');
});

test('tests that ran on another Node than they should have are told', async () => {
  const root = monorepo({ orders: `FAKE_NODE=v20.1.0 ${clean}` });
  const { code, stdout } = await leaklab(['ci'], root);
  expect(code).toBe(1);
  expect(stdout).toContain(
    `@shop/orders on Node ${node}: its tests ran on Node v20.1.0: another Node comes first on the PATH, such as a package \`node\`\n`,
  );
});

// a child in the group, and one in another group
const lingering = `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const children = [false, true].map((detached) => spawn('sleep', ['600'], { detached, stdio: 'inherit' }));
writeFileSync('pids', [process.pid, ...children.map(({ pid }) => pid)].join(' '));
process.stdout.write('began\\n');
setInterval(() => {}, 1000);
`;

function pidsOf(root: string): number[] {
  return readFileSync(join(root, 'packages/orders/pids'), 'utf8').split(' ').map(Number);
}

test('tests that take too long are ended, and nothing of them is left', async () => {
  const root = monorepo({ orders: 'node ../../lingering.mjs' }, { 'lingering.mjs': lingering });
  const { code, stdout } = await leaklab(['ci', '--limit', '20'], root);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: `no leaks in nothing; 1 problem

@shop/orders on Node ${node}: ended: not done after 20 s

fails: 1 problem to solve
`,
  });
  expect(pidsOf(root).filter(isAlive)).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves nothing running', async (signal) => {
  const root = monorepo({ orders: 'node ../../lingering.mjs' }, { 'lingering.mjs': lingering });
  const child = startLeaklab(['ci', '--reports', 'reports'], root);
  await untilExists(join(root, 'packages/orders/pids'));
  child.kill(signal);
  const [code, by] = (await once(child, 'exit')) as [number | null, string | null];
  expect({ code, by }).toEqual({ code: null, by: signal });
  await untilGone(pidsOf(root));
});

async function untilExists(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The kernel ends them in its own time. */
async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 50));
}

const wrong = monorepo({ orders: '' }, { 'none/package.json': '{' });

test.concurrent.each([
  {
    args: ['--limit', 'soon'],
    told: refused(
      '--limit: expected a number of seconds from 1 up, got null',
      'leaklab ci --help lists the settings',
    ),
  },
  {
    args: ['--node', 'newest', '--command', 'true'],
    told: refused('no line of Node: "newest"', '22, 24.21, 24.21.0 or current'),
  },
  {
    args: ['packages/orders'],
    told: refused('"packages/orders" is not an option', '--packages names folders'),
  },
  {
    args: ['--command', 'npm test', '--', 'npx', 'vitest', 'run'],
    told: refused('the command is given twice, by --command and behind --', '-- npx vitest run'),
  },
  {
    args: ['--packages', 'packages/other'],
    told: refused(
      `no ${join(wrong, 'packages/other/package.json')}`,
      'name folders of packages: --packages packages/orders',
    ),
  },
  {
    args: [],
    told: refused(
      'no test script in @shop/orders',
      'name the command that runs the tests: --command "npx vitest run"',
    ),
  },
])('ci $args', async ({ args, told }) => {
  const real = await leaklab(['ci', ...args], wrong);
  expect(real).toEqual(told);
});

test('what is wrong in "ci" of leaklab.json is told with its place', async () => {
  const root = monorepo({ orders: clean }, { 'leaklab.json': '{ "ci": { "nodes": ["22"] } }' });
  expect(await leaklab(['ci'], root)).toEqual(
    refused(`"ci" of ${join(root, 'leaklab.json')}: nodes is not a setting`, 'did you mean `node`?'),
  );
});
