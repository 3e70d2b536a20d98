import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, asyncProperty } from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaklab } from '../../fixtures/cli.ts';
import { refusal } from '../../fixtures/refusal.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { openPostgres, type Postgres } from '../../outside/postgres.ts';
import { hostileBlocks, leakOf, runOn } from '../fixtures/blocks.ts';
import { largeHistory } from '../fixtures/large-history.ts';
import { readHistory } from '../read-history.ts';
import type { Block } from '../records.ts';
import { FileStore } from './file-store.ts';
import { PostgresStore } from './postgres-store.ts';
import type { HistoryStore } from './store.ts';

const folder = tempFolders();
const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_125);
let postgres: Postgres;
let projects = 0;

beforeAll(async () => {
  postgres = await openPostgres();
});
afterAll(() => postgres.close());

/** Runs `work` with the history of a project that no other test uses. */
async function inProject<Result>(
  work: (store: PostgresStore, project: string) => Promise<Result>,
): Promise<Result> {
  projects += 1;
  const project = `shop/${projects}`;
  const store = await PostgresStore.open(postgres.url, project);
  try {
    return await work(store, project);
  } finally {
    await store.close();
  }
}

async function blocksOf(store: HistoryStore): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const { run, leaks } of (await store.read()).blocks) blocks.push({ run, leaks });
  return blocks;
}

test('runs are kept once, by project', async () => {
  const [monday, tuesday] = [runOn(2, [leakOf('retry'), leakOf('poll')]), runOn(3, [])];
  await inProject(async (store) => {
    expect(await store.add([tuesday])).toEqual(['run-03']);
    expect(await store.add([monday, tuesday])).toEqual(['run-02']);
    expect(await blocksOf(store)).toEqual([monday, tuesday]);
    await inProject(async (other) => expect(await blocksOf(other)).toEqual([]));
  });
});

test('another run of the same name is refused, and none of its company is kept', async () => {
  await inProject(async (store) => {
    await store.add([runOn(2, [])]);
    const { problem } = await refusal(() => store.add([runOn(3, []), runOn(2, [leakOf('poll')])]));
    expect(problem).toBe(`${store.name} has run "run-02" already, with other leaks`);
    expect(await blocksOf(store)).toEqual([runOn(2, [])]);
  });
});

test('an edited record is refused', async () => {
  await inProject(async (store, project) => {
    await store.add([runOn(2, [leakOf('poll', { count: 7 })])]);
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    const edit = `UPDATE leaklab_leaks SET record = replace(record, '"count":7', '"count":1') WHERE project = $1`;
    expect((await client.query(edit, [project])).rowCount).toBe(1);
    await client.end();
    expect((await refusal(() => blocksOf(store))).problem).toContain('a record was edited');
  });
});

test(`what was added is read, whatever the texts, and a file of it has the same bytes (seed ${seed})`, async () => {
  const roundTrip = asyncProperty(hostileBlocks, (blocks) =>
    inProject(async (store) => {
      const from = new FileStore(join(folder(), 'leaks.history.jsonl'));
      await from.add(blocks);
      await store.add(await blocksOf(from));
      const to = new FileStore(join(folder(), 'leaks.history.jsonl'));
      await to.add(await blocksOf(store));
      expect(readFileSync(to.file)).toEqual(readFileSync(from.file));
    }),
  );
  await assert(roundTrip, { seed, numRuns: 25 });
});

test('with an index, only what was added since is asked for', async () => {
  const blocks = [...largeHistory({ causes: 40, weeks: 6 })];
  const cache = folder();
  await inProject(async (store) => {
    await store.add(blocks.slice(0, 5));
    await readHistory(store, { cache });
    await store.add(blocks.slice(5));
    const history = await readHistory(store, { cache });
    expect(history).toEqual(await readHistory(store, { cache: folder() }));
    expect(history.runs).toHaveLength(6);
  });
});

test('a file goes to a database and back, byte for byte, by the command line', async () => {
  const root = folder({ 'package.json': '{"name":"shop"}' });
  const file = new FileStore(join(root, 'leaks.history.jsonl'));
  await file.add([...largeHistory({ causes: 30, weeks: 4 })]);
  const store = ['--store', postgres.url, '--project', 'moved'];
  const env = { XDG_CACHE_HOME: folder() };
  const name = postgres.url.replace(':postgres@', '@');
  expect(await leaklab(['history', 'import', ...store], root, env)).toEqual({
    code: 0,
    stdout: `${name}: 4 of 4 runs of leaks.history.jsonl added\n`,
    stderr: '',
  });
  const back = await leaklab(['history', 'export', ...store, '--file', 'back.jsonl'], root, env);
  expect(back.stdout).toBe(`back.jsonl: 4 of 4 runs of ${name} added\n`);
  expect(readFileSync(join(root, 'back.jsonl'))).toEqual(readFileSync(file.file));
  const again = await leaklab(['history', 'import', ...store], root, env);
  expect(again.stdout).toBe(`${name}: 0 of 4 runs of leaks.history.jsonl added, the others were there\n`);
  const check = await leaklab(['history', 'check', ...store, '--json'], root, env);
  expect(JSON.parse(check.stdout)).toMatchObject({ run: 'week-004', mark: 'week-003' });
});

test('a password is in no message', async () => {
  const urls = [
    'postgresql://ada:hunter2@127.0.0.1:1/shop?x=hunter2',
    'https://ada:hunter2@db/shop',
    'hunter2',
  ];
  for (const url of urls) {
    const { code, stdout, stderr } = await leaklab(['history', 'import', '--store', url], folder());
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toContain('hunter2');
    expect(stderr).toMatch(
      /^leaklab: (?:postgresql:\/\/ada@127\.0\.0\.1:1\/shop: connect ECONNREFUSED|the store is no URL)/,
    );
  }
});
