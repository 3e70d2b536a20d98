import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { TestReport } from '../../detector/internal.ts';
import { leaklab, refused, startLeaklab, type Told } from '../fixtures/cli.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { largeHistory } from './fixtures/large-history.ts';
import { pollSource, Repository } from './fixtures/repository.ts';
import { readHistory } from './read-history.ts';
import { FileStore } from './store/file-store.ts';

const folder = tempFolders();

/** Variables that keep the CI service of these tests, and the user's cache, out of them. */
function quietEnv(): NodeJS.ProcessEnv {
  const names = [
    'GITHUB_RUN_ID',
    'CI_PIPELINE_ID',
    'JENKINS_URL',
    'BUILDKITE_BUILD_ID',
    'CIRCLE_WORKFLOW_ID',
  ];
  const more = [
    'BUILD_BUILDID',
    'BITBUCKET_BUILD_NUMBER',
    'GITHUB_HEAD_REF',
    'GITHUB_REF_TYPE',
    'GITHUB_BASE_REF',
  ];
  return {
    ...Object.fromEntries([...names, ...more].map((name) => [name, undefined])),
    XDG_CACHE_HOME: join(folder(), 'cache'),
  };
}
const env = quietEnv();

function history({ root }: Repository, ...args: readonly string[]): Promise<Told> {
  return leaklab(['history', ...args], root, env);
}

/** A repository whose `reports/` has a leak, and `clean/` none. */
function shop(): Repository {
  const repository = new Repository(folder());
  const write = (path: string, report: TestReport): void =>
    repository.write(path, `${JSON.stringify(report)}\n`);
  write('reports/1-0.jsonl', repository.leaking());
  write('clean/1-0.jsonl', repository.clean());
  return repository;
}

test('a run is added once, and checked against the branch', async () => {
  const it = shop();
  const change = it.git('rev-parse', 'HEAD');
  expect(await history(it, 'add', 'clean', '--run', 'one')).toEqual({
    code: 0,
    stdout: 'leaks.history.jsonl: run one added: no leaks\n',
    stderr: `${join(it.root, '.gitattributes')} lets git merge leaks.history.jsonl by merge=union: commit both\n`,
  });
  expect((await history(it, 'check', '--branch', 'main')).stdout).toBe(
    'holds: 0 causes, weighted sum 0: the first run of branch main, so there is nothing to compare with\n',
  );
  const added = await history(it, 'add', 'reports', '--run', 'two', '--branch', 'poll', '--json');
  expect(JSON.parse(added.stdout)).toMatchObject({
    version: 1,
    run: 'two',
    branch: 'poll',
    isNew: true,
    causes: 1,
  });
  const again = await history(it, 'add', 'reports', '--run', 'two', '--branch', 'poll');
  expect(again.stdout).toBe('leaks.history.jsonl: run two was there already\n');
  const { causes, runs } = await readHistory(new FileStore(join(it.root, 'leaks.history.jsonl')));
  const [cause = { cause: '' }] = causes;
  const day = runs[0]?.time.slice(0, 10);
  expect(await history(it, 'check', '--branch', 'main')).toEqual({
    code: 1,
    stdout: `new: 1 timer at src/poll.js:2 in startPolling (cause ${cause.cause.slice(0, 12)})
  last changed by Ada in ${change.slice(0, 12)}; leaked by test/poll.test.js > stops

fails: run two has 1 cause, weighted sum 1; run one of main on ${day} had 0, weighted sum 0
next: fix them, or compare with another branch: --branch
`,
    stderr: '',
  });
});

test('the mark falls with the debt', async () => {
  const it = shop();
  const add = async (run: string, reports: string, minute: number): Promise<void> => {
    // the time of a run is that of its last report
    utimesSync(join(it.root, reports, '1-0.jsonl'), 0, Date.UTC(2026, 10, 30, 12, minute) / 1000);
    expect((await history(it, 'add', reports, '--run', run)).code).toBe(0);
  };
  await add('one', 'reports', 1);
  await add('two', 'clean', 2);
  await add('three', 'reports', 3);
  const fell = await history(it, 'check', '--run', 'two');
  expect(fell.stdout.split('\n').at(-2)).toMatch(/^holds: .*; the mark falls$/);
  const back = await history(it, 'check');
  expect([back.code, back.stdout.split('\n')[0]]).toEqual([1, expect.stringMatching(/^new: 1 timer at src/)]);
});

test('settings of leaklab.json name the file and the branch, and weigh kinds', async () => {
  const it = shop();
  it.write('leaklab.json', '{"history":{"file":"debt/leaks.jsonl","branch":"main","weights":{"timer":0.5}}}');
  await history(it, 'add', 'reports', '--run', 'one');
  expect(existsSync(join(it.root, 'debt/leaks.jsonl'))).toBe(true);
  expect((await history(it, 'check')).stdout).toContain(
    '1 cause, weighted sum 0.5: the first run of branch main',
  );
  it.write('leaklab.json', '{"history":{"wights":{}}}');
  expect(await history(it, 'check')).toEqual(
    refused(
      `"history" of ${join(it.root, 'leaklab.json')}: wights is not a setting`,
      'did you mean `weights`?',
    ),
  );
});

test('a wrong use is refused', async () => {
  const it = shop();
  expect(await history(it, 'chek')).toEqual(refused('history has no "chek"', 'did you mean `check`?'));
  expect(await history(it, 'check')).toEqual(
    refused('leaks.history.jsonl has no runs', 'leaklab history add reports/'),
  );
  const both = await history(it, 'check', '--file', 'a', '--store', 'postgresql://b/c');
  expect(both).toEqual(refused('a history is in a file or in a database', '--file FILE, or --store URL'));
  const { stdout } = await history(it, 'check', '--help');
  expect(stdout).toMatch(/^usage: leaklab history check /);
});

test('eight processes that add at the same time lose no run and double none', async () => {
  const it = shop();
  const names = Array.from({ length: 8 }, (_, index) => `run-${index}`);
  const told = await Promise.all(
    names.flatMap((name) => [
      history(it, 'add', 'reports', '--run', name),
      ...(name === 'run-0' ? [history(it, 'add', 'reports', '--run', name)] : []),
    ]),
  );
  expect(told.filter(({ code }) => code !== 0)).toEqual([]);
  const store = new FileStore(join(it.root, 'leaks.history.jsonl'));
  const { runs, causes } = await readHistory(store);
  expect(runs.map(({ run }) => run).toSorted()).toEqual(names);
  expect(causes.map((cause) => cause.runs)).toEqual([8]);
  expect(readFileSync(store.file, 'utf8').trimEnd().split('\n')).toHaveLength(1 + 8 * 2);
  expect(readdirSync(it.root).filter((name) => /\.(?:tmp|lock)/.test(name))).toEqual([]);
});

test('a writer that is killed leaves the old file or the new one, and the next writer cleans up', async () => {
  const root = folder();
  const store = new FileStore(join(root, 'leaks.history.jsonl'));
  const blocks = [...largeHistory({ causes: 400, weeks: 6 })];
  await store.add(blocks);
  const before = readFileSync(store.file);
  // killed by itself in the middle of the writing: the last moment at which the old file is there
  const program = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
    syncBuiltinESMExports();
    const { FileStore } = await import(${JSON.stringify(join(import.meta.dirname, 'store/file-store.ts'))});
    const { runOn } = await import(${JSON.stringify(join(import.meta.dirname, 'fixtures/blocks.ts'))});
    await new FileStore(${JSON.stringify(store.file)}).add([runOn(2, [])]);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(readFileSync(store.file)).toEqual(before);
  expect(readdirSync(root).toSorted()).toEqual([
    'leaks.history.jsonl',
    `leaks.history.jsonl.${child.pid}.tmp`,
    'leaks.history.jsonl.lock',
  ]);
  await store.add([]);
  expect(readFileSync(store.file)).toEqual(before);
  expect(readdirSync(root)).toEqual(['leaks.history.jsonl']);
});

test('processes that are killed at any moment leave a file that can be read', async () => {
  const it = shop();
  const store = new FileStore(join(it.root, 'leaks.history.jsonl'));
  await store.add([...largeHistory({ causes: 300, weeks: 10 })]);
  for (const run of ['a', 'b', 'c']) {
    const child = startLeaklab(['history', 'add', 'reports', '--run', run], it.root, env);
    // as soon as it holds the lock, or has ended
    const isOver = once(child, 'exit');
    while (!existsSync(`${store.file}.lock`) && child.exitCode === null) await setTimeout(1);
    child.kill('SIGKILL');
    await isOver;
    const { runs } = await readHistory(store);
    expect(runs.length).toBeGreaterThanOrEqual(10);
  }
  const last = await history(it, 'add', 'reports', '--run', 'd');
  expect(last.code).toBe(0);
  expect((await readHistory(store)).runs.map(({ run }) => run)).toContain('d');
});

test('an edited file is refused by every sub-command, and stays', async () => {
  const it = shop();
  await history(it, 'add', 'reports', '--run', 'one');
  const file = join(it.root, 'leaks.history.jsonl');
  const edited = readFileSync(file, 'utf8').replace('"count":1', '"count":0');
  writeFileSync(file, edited);
  for (const args of [['add', 'clean', '--run', 'two'], ['check']]) {
    expect(await history(it, ...args)).toEqual(
      refused(
        'leaks.history.jsonl:3: expected "count" to be a whole number from 1 up, got 0',
        'take the file as it was from git (git checkout -- leaks.history.jsonl) or from its artifact; nothing was written',
      ),
    );
    expect(readFileSync(file, 'utf8')).toBe(edited);
  }
});

test('leaklab ci adds its run', async () => {
  const it = shop();
  const clean = JSON.stringify(it.leaking());
  it.write(
    'tell.mjs',
    `import { mkdirSync, writeFileSync } from 'node:fs';
const folder = process.env.LEAKLAB_REPORTS;
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/1-0.jsonl', JSON.stringify({ ...${clean}, node: process.version }));\n`,
  );
  it.write('src/poll.js', pollSource);
  const told = await leaklab(
    ['ci', '--history', 'leaks.history.jsonl', '--', 'node', 'tell.mjs'],
    it.root,
    env,
  );
  expect([told.code, told.stderr]).toEqual([
    1,
    expect.stringMatching(/\nleaks\.history\.jsonl: run local-[\da-f]{16} added: 1 cause, 1 new\n$/),
  ]);
  const { runs } = await readHistory(new FileStore(join(it.root, 'leaks.history.jsonl')));
  expect(runs).toMatchObject([{ nodes: [process.version], causes: 1, branch: 'main' }]);
});
