import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accept, fingerprintOf, type TestReport } from '../../../detector/internal.ts';
import { leakAt, testReport } from '../../ci/formats/fixtures/test-reports.ts';
import { reportOf } from '../../fixtures/report.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import type { CauseHistory } from '../cause-history.ts';
import { pollSource, Repository } from '../fixtures/repository.ts';
import { readHistory } from '../read-history.ts';
import { FileStore } from '../store/file-store.ts';
import { addReports, tellOfRun, type AddedRun, type ReportsOfRun } from './add-run.ts';

const folder = tempFolders();
let runs = 0;

/** Adds a run a minute after the one before, under a name that doesn't depend on the CI service. */
function add(
  { root }: Repository,
  reports: readonly TestReport[],
  own: Partial<ReportsOfRun> = {},
): Promise<AddedRun> {
  runs += 1;
  const lastReport = new Date(Date.UTC(2026, 10, 30, 0, runs));
  return addReports(storeOf(root), {
    root,
    reports,
    name: `run-${runs}`,
    branch: 'main',
    lastReport,
    ...own,
  });
}

function storeOf(root: string): FileStore {
  return new FileStore(join(root, 'leaks.history.jsonl'));
}

async function causesIn({ root }: Repository): Promise<readonly CauseHistory[]> {
  return (await readHistory(storeOf(root))).causes;
}

test('a record has the line, the test, its package, the wait, the commit and the author of the line', async () => {
  const repository = new Repository(folder());
  repository.write('.github/CODEOWNERS', '* @shop/all\n/src/ @shop/orders @ada\n');
  const written = repository.git('rev-parse', 'HEAD');
  const commit = repository.commit('name owners', 'Bo');
  const report = repository.leaking(2, 'src/poll.js', { waited: 33 });
  const { block } = await add(repository, [report, { ...report, node: 'v26.10.0', waited: 40 }]);
  expect(block.run).toMatchObject({
    commit,
    branch: 'main',
    author: 'Bo',
    leaks: 1,
    nodes: ['v24.21.0', 'v26.10.0'],
    watched: ['test/poll.test.js'],
  });
  const { run, time } = block.run;
  expect(block.leaks).toEqual([
    {
      type: 'leak',
      run,
      time,
      cause: fingerprintOf(leakAt(join(repository.root, 'src/poll.js'), 2), repository.root),
      kind: 'timer',
      resource: 'Timeout',
      evidence: 'alive',
      count: 1,
      waited: 40,
      nodes: ['v24.21.0', 'v26.10.0'],
      place: { path: 'src/poll.js', line: 2, column: 3 },
      function: 'startPolling',
      source: 'return setInterval(() => {}, 60_000);',
      testedPackage: 'shop',
      owner: '@shop/orders',
      isInTest: false,
      tests: ['test/poll.test.js > stops'],
      files: ['test/poll.test.js'],
      commit,
      author: 'Ada',
      change: written,
    },
  ]);
});

test('a cause stays the same when its line moves and its file is renamed, twice, and once uncommitted', async () => {
  const repository = new Repository(folder());
  await add(repository, [repository.leaking()]);
  repository.write('src/poll.js', `// polls\n\n${pollSource}`);
  repository.commit('say it', 'Bo');
  await add(repository, [repository.leaking(4)]);
  repository.move('src/poll.js', 'src/orders/poll.js');
  repository.commit('move the poll', 'Bo');
  repository.move('src/orders/poll.js', 'src/orders/poller.js');
  repository.commit('call it a poller', 'Bo');
  await add(repository, [repository.leaking(4, 'src/orders/poller.js')]);
  // no rename since the last run, so the record has to know
  await add(repository, [repository.leaking(4, 'src/orders/poller.js')]);
  repository.move('src/orders/poller.js', 'src/poller.js');
  repository.git('add', '--all');
  const { newCauses } = await add(repository, [repository.leaking(4, 'src/poller.js')]);
  expect(newCauses).toEqual([]);
  const causes = await causesIn(repository);
  expect(causes.map(({ runs: seen, watched, place }) => [seen, watched, place?.path])).toEqual([
    [5, 5, 'src/poller.js'],
  ]);
});

test('a copy is another cause', async () => {
  const repository = new Repository(folder());
  await add(repository, [repository.leaking()]);
  repository.write('src/copy.js', pollSource);
  repository.commit('copy the poll', 'Bo');
  const { newCauses } = await add(repository, [repository.leaking(), repository.leaking(2, 'src/copy.js')]);
  expect(newCauses).toHaveLength(1);
});

test('where git lacks the commit of the last run, renamed files are new causes, and that is said', async () => {
  const repository = new Repository(folder());
  await add(repository, [repository.leaking()]);
  repository.move('src/poll.js', 'src/poller.js');
  repository.commit('rename the poll', 'Bo');
  const shallow = join(folder(), 'shop');
  repository.git('clone', '--quiet', '--depth', '1', `file://${repository.root}`, shallow);
  const history = readFileSync(storeOf(repository.root).file);
  const clone = Object.assign(Object.create(Repository.prototype) as Repository, { root: shallow });
  clone.write('leaks.history.jsonl', history.toString());
  const { newCauses, remarks } = await add(clone, [clone.leaking(2, 'src/poller.js')]);
  expect(newCauses).toHaveLength(1);
  expect(remarks[0]).toMatch(
    /^git doesn't know commit [\da-f]{12} here, so renamed files are taken for new ones; fetch all/,
  );
});

test.each<[string, (repository: Repository) => void]>([
  ['changes the line', (it) => it.write('src/poll.js', pollSource.replace('return', 'return using'))],
  ['deletes the file', ({ root }) => rmSync(join(root, 'src/poll.js'))],
  [
    'adds a line near it',
    (it) => it.write('src/poll.js', pollSource.replace('}\n', '}\nexport const stop = clearInterval;\n')),
  ],
  ['changes the test', (it) => it.write('test/poll.test.js', 'afterEach(stop);\n')],
])('what is gone was fixed by the commit that %s', async (_, change) => {
  const repository = new Repository(folder());
  await add(repository, [repository.leaking()]);
  repository.write('README.md', 'A shop.\n');
  repository.commit('write a page', 'Dana');
  change(repository);
  const commit = repository.commit('stop the poll', 'Chidi');
  repository.write('README.md', 'A shop for all.\n');
  repository.commit('write more', 'Dana');
  const added = await add(repository, [repository.clean()]);
  expect(tellOfRun(added, 'file')).toBe(`file: run ${added.block.run.run} added: no leaks, 1 fixed`);
  const { time } = added.block.run;
  expect((await causesIn(repository))[0]).toMatchObject({
    cleanRuns: 1,
    fixed: { time, commit, author: 'Chidi' },
  });
  const again = await add(repository, [repository.clean()]);
  expect(again.block.run.fixed).toBeUndefined();
});

test('a fix far from the line, in a file that changed near it later, is found near it', async () => {
  const repository = new Repository(folder());
  const far = '// far away\n'.repeat(60);
  repository.write('src/poll.js', `${pollSource}${far}`);
  repository.commit('write much', 'Ada');
  await add(repository, [repository.leaking()]);
  repository.write('src/poll.js', `${pollSource}export const stop = clearInterval;\n${far}`);
  const commit = repository.commit('stop the poll', 'Chidi');
  repository.write('src/poll.js', `${pollSource}export const stop = clearInterval;\n${far}// end\n`);
  repository.commit('end the file', 'Dana');
  await add(repository, [repository.clean()]);
  expect((await causesIn(repository))[0]?.fixed).toMatchObject({ commit, author: 'Chidi' });
});

test('a test that no longer exists leaks no more', async () => {
  const repository = new Repository(folder());
  await add(repository, [repository.leaking()]);
  rmSync(join(repository.root, 'test/poll.test.js'));
  repository.commit('drop the test', 'Bo');
  const { block } = await add(repository, [testReport(join(repository.root, 'test/other.test.js'), 'works')]);
  expect(block.run).toMatchObject({ gone: ['test/poll.test.js'], fixed: [{ author: 'Bo' }] });
  expect((await causesIn(repository))[0]?.cleanRuns).toBe(1);
});

test('what could not be judged proves nothing', async () => {
  const repository = new Repository(folder());
  await add(repository, [repository.leaking()]);
  const unsure = { ...reportOf([]), notJudged: [{ type: 'test', count: 1, why: 'its file did not end' }] };
  const { block } = await add(repository, [{ ...repository.clean(), report: unsure }]);
  expect(block.run.watched).toEqual([]);
  expect((await causesIn(repository))[0]?.cleanRuns).toBe(0);
});

test('what another branch does not leak is not fixed here', async () => {
  const repository = new Repository(folder());
  await add(repository, [repository.leaking()], { branch: 'poll' });
  const { block } = await add(repository, [repository.clean()]);
  expect(block.run.fixed).toBeUndefined();
  const { causes } = await readHistory(storeOf(repository.root), { branch: 'main' });
  expect(causes).toEqual([]);
});

test('what the baseline accepts is debt; what a rule tolerates is not', async () => {
  const repository = new Repository(folder());
  const { root } = repository;
  const old = leakAt(join(root, 'src/poll.js'), 2);
  const tolerated = leakAt(join(root, 'src/poll.js'), 1);
  const report = reportOf([]);
  const ignored = [old, tolerated].map((leak) => ({ ...leak, reason: 'because' }));
  const baseline = { file: join(root, 'leaks.baseline.json'), leaks: [accept(old, root, [], '2026-01-31')] };
  const { block } = await add(repository, [{ ...repository.clean(), report: { ...report, ignored } }], {
    baseline,
  });
  expect(block.leaks.map(({ cause }) => cause)).toEqual([fingerprintOf(old, root)]);
});

test('no folder outside of the project and no argument of a command is written', async () => {
  const repository = new Repository(folder());
  const facts = { path: '/home/ada/secret/orders.csv', command: '/opt/tools/serve --token hunter2' };
  const finding = { ...leakAt('/home/ada/tools/index.js', 1), facts };
  const test = testReport(join(repository.root, 'test/poll.test.js'), 'stops', [finding]);
  const outside = testReport('/home/ada/tests/more.test.js', 'more', [finding]);
  const { block } = await add(repository, [test, outside]);
  const text = readFileSync(storeOf(repository.root).file, 'utf8');
  expect(text).not.toMatch(/\/home|\/opt|hunter2/);
  expect(block.leaks[0]).toMatchObject({
    facts: { path: '…/orders.csv', command: 'serve' },
    files: ['test/poll.test.js'],
    tests: ['test/poll.test.js > stops', '…/more.test.js > more'],
  });
});

test('two branches that each add a run merge in git without conflict', async () => {
  const repository = new Repository(folder());
  const first = await add(repository, [repository.leaking()]);
  expect(first.remarks).toEqual([
    `${join(repository.root, '.gitattributes')} lets git merge ${storeOf(repository.root).name} by merge=union: commit both`,
  ]);
  expect(readFileSync(join(repository.root, '.gitattributes'), 'utf8')).toBe(
    '/leaks.history.jsonl merge=union -text\n',
  );
  repository.commit('begin a history', 'Ada');
  repository.git('checkout', '--quiet', '-b', 'other');
  await add(repository, [repository.clean()]);
  repository.commit('add a run', 'Bo');
  repository.git('checkout', '--quiet', 'main');
  const { remarks } = await add(repository, [repository.leaking()]);
  expect(remarks).toEqual([]);
  repository.commit('add another run', 'Ada');
  repository.git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'merge', '--quiet', 'other');
  const store = storeOf(repository.root);
  const merged = await readHistory(store);
  expect(merged.runs).toHaveLength(3);
  await add(repository, [repository.leaking()]);
  const heads = readFileSync(store.file, 'utf8').match(/"type":"history"/g);
  expect(heads).toHaveLength(1);
  expect((await readHistory(store)).runs).toHaveLength(4);
});

test('outside of a repository there is no commit, and no .gitattributes', async () => {
  const root = folder({ 'src/poll.js': pollSource, 'test/poll.test.js': '' });
  const report = testReport(join(root, 'test/poll.test.js'), 'stops', [leakAt(join(root, 'src/poll.js'), 2)]);
  const lastReport = new Date(Date.UTC(2026, 10, 30));
  const { block } = await addReports(storeOf(root), { root, reports: [report], name: 'one', lastReport });
  expect(block.run).not.toHaveProperty('commit');
  expect(block.leaks[0]).not.toHaveProperty('author');
  expect(existsSync(join(root, '.gitattributes'))).toBe(false);
});
