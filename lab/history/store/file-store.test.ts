import { appendFileSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, asyncProperty, integer, shuffledSubarray } from 'fast-check';
import { expect, test } from 'vitest';
import { refusal } from '../../fixtures/refusal.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { causeNamed, hostileBlocks, leakOf, runOn } from '../fixtures/blocks.ts';
import { headOf, linesOf, type Block } from '../records.ts';
import { FileStore } from './file-store.ts';

const folder = tempFolders();
const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_125);

const monday = runOn(2, [leakOf('retry'), leakOf('poll')]);
const tuesday = runOn(3, []);
const wednesday = runOn(4, [leakOf('poll', { count: 3 })]);

async function fileWith(...blocks: readonly Block[]): Promise<FileStore> {
  const store = new FileStore(join(folder(), 'leaks.history.jsonl'));
  await store.add(blocks);
  return store;
}

async function blocksOf(store: FileStore): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const { run, leaks } of (await store.read()).blocks) blocks.push({ run, leaks });
  return blocks;
}

function linesIn({ file }: FileStore): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

test('a file has one record a line, runs by time and leaks by cause, whatever the order in which they came', async () => {
  const store = await fileWith(wednesday, monday);
  expect(await store.add([tuesday])).toEqual(['run-03']);
  const parsed = linesIn(store).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(parsed.map(({ type, run, cause, runs, last }) => [type, run ?? runs, cause ?? last])).toEqual([
    ['history', 3, 'run-04'],
    ['run', 'run-02', undefined],
    ['leak', 'run-02', causeNamed('poll')],
    ['leak', 'run-02', causeNamed('retry')],
    ['run', 'run-03', undefined],
    ['run', 'run-04', undefined],
    ['leak', 'run-04', causeNamed('poll')],
  ]);
  expect(readdirSync(join(store.file, '..'))).toEqual(['leaks.history.jsonl']);
});

test('the same run twice is one, and changes no byte', async () => {
  const store = await fileWith(monday, tuesday);
  const before = readFileSync(store.file, 'utf8');
  expect(await store.add([tuesday, monday])).toEqual([]);
  expect(readFileSync(store.file, 'utf8')).toBe(before);
});

test('another run of the same name is refused', async () => {
  const store = await fileWith(monday, tuesday);
  const before = readFileSync(store.file, 'utf8');
  const other = runOn(3, [leakOf('poll')]);
  expect(await refusal(() => store.add([wednesday, other]))).toEqual({
    problem: `${store.name} has run "run-03" already, with other leaks`,
    next: 'add all reports of a run at once, or name this run: --run NAME',
  });
  expect(readFileSync(store.file, 'utf8')).toBe(before);
});

/** Changes the lines of a file, and returns why it is refused then; it must stay as it is. */
async function whyRefused(change: (lines: string[]) => readonly string[] | string): Promise<string> {
  const store = await fileWith(monday, tuesday, wednesday);
  const changed = change(linesIn(store));
  const text = typeof changed === 'string' ? changed : `${changed.join('\n')}\n`;
  writeFileSync(store.file, text);
  const onRead = await refusal(() => blocksOf(store));
  const onAdd = await refusal(() => store.add([runOn(5, [])]));
  expect(onAdd).toEqual(onRead);
  expect(readFileSync(store.file, 'utf8')).toBe(text);
  expect(onRead.problem.startsWith(`${store.name}:`)).toBe(true);
  return onRead.problem.slice(store.name.length + 1);
}

// 1 head, 2 run-02, 3 poll, 4 retry, 5 run-03, 6 run-04, 7 poll
test.each<[string, (lines: string[]) => readonly string[] | string, string]>([
  ['cut in a line', (lines) => lines.join('\n').slice(0, -30), '7: no record, it may be cut off: "{'],
  [
    'cut after a line',
    (lines) => lines.slice(0, 6),
    '6: run "run-04" has 1 leak records, 0 are here: the file was cut or edited',
  ],
  ['cut after a run', (lines) => lines.slice(0, 5), '1: run "run-04" is missing: the file was cut or edited'],
  [
    'without a clean run',
    (lines) => lines.toSpliced(4, 1),
    '1: 3 runs are announced, 2 are here: the file was cut or edited',
  ],
  [
    'without a leak',
    (lines) => lines.toSpliced(2, 1),
    '2: run "run-02" has 2 leak records, 1 are here: the file was cut or edited',
  ],
  [
    'without the record of a run',
    (lines) => lines.toSpliced(1, 1),
    '2: a leak of run "run-02", whose own record is missing',
  ],
  [
    'with another count',
    (lines) => lines.map((line) => line.replace('"count":3', '"count":1')),
    '6: run "run-04", to line 7: a record was edited, its digest is another one',
  ],
  [
    'with another commit',
    (lines) => lines.with(4, (lines[4] ?? '').replace('"nodes"', '"author":"Eve","nodes"')),
    '5: run "run-03", to line 5: a record was edited, its digest is another one',
  ],
  [
    'with another property',
    (lines) => lines.with(4, (lines[4] ?? '').replace('"nodes"', '"note":1,"nodes"')),
    '5: run "run-03", to line 5: a record was edited, its digest is another one',
  ],
  [
    'with a kind that is none',
    (lines) => lines.map((line) => line.replace('"kind":"timer"', '"kind":"tiger"')),
    '3: expected "kind" to be one of timer',
  ],
  [
    'of another version',
    (lines) => lines.with(0, '{"type":"history","version":2,"runs":3}'),
    '1: expected "version" to be 1, or a newer leaklab, got 2',
  ],
  ['without its first line', (lines) => lines.slice(1), '1: the first line of a history is missing'],
  ['that is empty', () => '', '1: the file is empty'],
  [
    'in the middle of a merge',
    (lines) => lines.toSpliced(4, 0, '<<<<<<< HEAD'),
    '5: "<<<<<<< HEAD" is left of a merge conflict',
  ],
])('a file %s is refused, and stays as it is', async (_, change, reason) => {
  const why = await whyRefused(change);
  expect(why).toContain(reason);
});

test('a line that was not ended is accepted', async () => {
  const store = await fileWith(monday, wednesday);
  writeFileSync(store.file, readFileSync(store.file, 'utf8').trimEnd());
  expect(await blocksOf(store)).toEqual([monday, wednesday]);
});

test('Windows line ends and empty lines are accepted', async () => {
  const store = await fileWith(monday, wednesday);
  writeFileSync(store.file, `${linesIn(store).join('\r\n\r\n')}\r\n`);
  expect(await blocksOf(store)).toEqual([monday, wednesday]);
  await store.add([tuesday]);
  expect(readFileSync(store.file, 'utf8')).not.toContain('\r');
});

test('a run that two branches added at different times is one: the first', async () => {
  const again = runOn(9, tuesday.leaks, { run: 'run-03' });
  const store = await fileWith(monday, tuesday);
  appendFileSync(store.file, headOf([monday.run, again.run]) + linesOf(again));
  expect(await blocksOf(store)).toEqual([monday, tuesday]);
});

test(`what was added is read, whatever the texts (seed ${seed})`, async () => {
  const roundTrip = asyncProperty(hostileBlocks, async (blocks) => {
    const store = await fileWith(...blocks);
    const read = await blocksOf(store);
    expect(new Map(read.map((block) => [block.run.run, block]))).toEqual(
      new Map(blocks.map((block) => [block.run.run, block])),
    );
    expect(await fileWith(...read).then(linesIn)).toEqual(linesIn(store));
  });
  await assert(roundTrip, { seed, numRuns: 100 });
});

test(`lines in any order, some doubled, are the same history (seed ${seed})`, async () => {
  const blocks = [monday, tuesday, wednesday];
  const whole = await fileWith(...blocks);
  const lines = linesIn(whole);
  const all = shuffledSubarray(lines, { minLength: lines.length });
  const some = shuffledSubarray(lines);
  const holds = asyncProperty(all, some, integer({ min: 0, max: lines.length }), async (left, right, at) => {
    const store = new FileStore(join(folder(), 'leaks.history.jsonl'));
    writeFileSync(store.file, `${left.toSpliced(at, 0, ...right).join('\n')}\n`);
    expect(await blocksOf(store)).toEqual(blocks);
    await store.add([]);
    expect(linesIn(store)).toEqual(lines);
  });
  await assert(holds, { seed, numRuns: 100 });
});

test(`a file that lost any line, or a part of one, is refused (seed ${seed})`, async () => {
  const whole = await fileWith(monday, tuesday, wednesday);
  const bytes = readFileSync(whole.file);
  const end = integer({ min: 1, max: bytes.length - 2 });
  const holds = asyncProperty(end, integer({ min: 0, max: bytes.length }), async (begin, length) => {
    const cut = Buffer.concat([bytes.subarray(0, begin), bytes.subarray(begin + length)]);
    if (length === 0) return;
    const store = new FileStore(join(folder(), 'leaks.history.jsonl'));
    writeFileSync(store.file, cut);
    // only the last newline may go
    if (cut.equals(bytes.subarray(0, -1))) return;
    await refusal(() => blocksOf(store));
    expect(readFileSync(store.file)).toEqual(cut);
  });
  await assert(holds, { seed, numRuns: 200 });
});

test('a file that is not there has no runs, and is not made by reading', async () => {
  const store = new FileStore(join(folder(), 'leaks.history.jsonl'));
  expect(await blocksOf(store)).toEqual([]);
  expect(existsSync(store.file)).toBe(false);
});

test('a lock whose holder was killed before it wrote its name holds no writer up', async () => {
  const store = await fileWith(monday);
  const lock = `${store.file}.lock`;
  writeFileSync(lock, '');
  const old = Date.now() / 1000 - 6;
  utimesSync(lock, old, old);
  expect(await store.add([tuesday])).toEqual(['run-03']);
  expect(existsSync(lock)).toBe(false);
});
