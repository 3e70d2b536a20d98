import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusal } from '../../fixtures/refusal.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { runOn } from '../fixtures/blocks.ts';
import { largeHistory, writeLargeHistory } from '../fixtures/large-history.ts';
import { readHistory } from '../read-history.ts';
import { blockOf, type Block } from '../records.ts';
import { FileStore } from './file-store.ts';
import { HistoryIndex, indexPath } from './history-index.ts';
import type { Known } from './store.ts';

const folder = tempFolders();

/** A store that pays to index, and that counts what is read of it. */
class CountedStore extends FileStore {
  readonly readings: string[] = [];

  override get isLarge(): boolean {
    return true;
  }

  override async read(known?: Known): ReturnType<FileStore['read']> {
    const reading = await super.read(known);
    const blocks: Block[] = [];
    for await (const block of reading.blocks) blocks.push(block);
    this.readings.push(`${reading.follows ? 'follows' : 'whole'} ${blocks.length}`);
    return { ...reading, blocks };
  }
}

const size = { causes: 60, weeks: 8 };

function stored(): { store: CountedStore; cache: string } {
  const root = folder();
  const store = new CountedStore(join(root, 'leaks.history.jsonl'));
  writeLargeHistory(store.file, size);
  return { store, cache: join(root, 'cache') };
}

/** Returns what is read without an index. */
async function expected(store: FileStore, branch?: string): Promise<unknown> {
  return readHistory(new FileStore(store.file), branch === undefined ? {} : { branch });
}

test('the second reading reads no run, and gives the same', async () => {
  const { store, cache } = stored();
  const first = await readHistory(store, { cache });
  expect(await readHistory(store, { cache })).toEqual(first);
  expect(first).toEqual(await expected(store));
  expect(store.readings).toEqual(['whole 8', 'follows 0']);
});

test('an added run is read alone', async () => {
  const { store, cache } = stored();
  const blocks = [...largeHistory({ ...size, weeks: 10 })].slice(8);
  await readHistory(store, { cache });
  for (const block of blocks) {
    await store.add([block]);
    expect(await readHistory(store, { cache })).toEqual(await expected(store));
  }
  expect(store.readings).toEqual(['whole 8', 'follows 1', 'follows 1']);
});

test('a run that belongs between others makes the index anew', async () => {
  const { store, cache } = stored();
  await readHistory(store, { cache });
  const { digest: _, leaks: __, ...run } = runOn(1, [], { run: 'early' }).run;
  await store.add([blockOf({ ...run, time: '2025-01-01T00:00:00.000Z' }, [])]);
  const history = await readHistory(store, { cache });
  expect(history).toEqual(await expected(store));
  expect(history.runs[0]?.run).toBe('early');
  expect(store.readings).toEqual(['whole 8', 'whole 9']);
});

test('an edited file of the same size and the same time is refused, though its index is there', async () => {
  const { store, cache } = stored();
  await readHistory(store, { cache });
  const { atime, mtime, size: before } = statSync(store.file);
  const text = readFileSync(store.file, 'utf8');
  writeFileSync(store.file, text.replace('"evidence":"alive","count":1,', '"evidence":"alive","count":2,'));
  utimesSync(store.file, atime, mtime);
  expect(statSync(store.file).size).toBe(before);
  expect((await refusal(() => readHistory(store, { cache }))).problem).toContain('a record was edited');
});

test('each branch has an index', async () => {
  const { store, cache } = stored();
  await readHistory(store, { cache });
  const other = await readHistory(store, { cache, branch: 'other' });
  expect(other).toEqual({ runs: [], causes: [] });
  expect(await readHistory(store, { cache, branch: 'main' })).toEqual(await expected(store, 'main'));
  expect(readdirSync(join(cache, 'history'))).toHaveLength(3);
});

test.each([
  ['that is no database', 'no database at all\n'.repeat(400)],
  ['that is empty', ''],
])('an index %s is built anew', async (_, content) => {
  const { store, cache } = stored();
  const file = indexPath(store.key, undefined, cache);
  await readHistory(store, { cache });
  writeFileSync(file, content);
  expect(HistoryIndex.open(file)).toBeUndefined();
  expect(await readHistory(store, { cache })).toEqual(await expected(store));
  expect(store.readings).toEqual(['whole 8', 'whole 8']);
  const index = HistoryIndex.open(file);
  expect(index?.known.runs).toHaveLength(8);
  index?.close();
});

test('a folder that can not be written costs the index, not the history', async () => {
  const { store } = stored();
  expect(await readHistory(store, { cache: join(store.file, 'cache') })).toEqual(await expected(store));
});
