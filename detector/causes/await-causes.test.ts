import { basename } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { doNothing, placesIn } from '../fixtures/left-by.ts';
import { find, snapshot, type Finding, type Site } from '../index.ts';

const at = placesIn(import.meta.filename);

async function readRow(row: Promise<void>): Promise<void> {
  await row; // here: row
}
async function readPage(row: Promise<void>): Promise<void> {
  await readRow(row); // here: page
}
async function readBook(row: Promise<void>): Promise<void> {
  await readPage(row); // here: book
}
async function descend(levels: number, row: Promise<void>): Promise<void> {
  if (levels === 0)
    await row; // here: bottom
  else await descend(levels - 1, row); // here: level
}

const row = at('row', 'readRow');
const page = at('page', 'readPage');
const book = at('book', 'readBook');
const bottom = at('bottom', 'descend');
const level = at('level', 'descend');

/** A promise that the test alone can settle. */
function heldRow(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  onTestFinished(() => resolve());
  return promise;
}

interface Waiting extends Pick<Finding, 'kind' | 'count' | 'evidence'> {
  readonly chain: readonly string[];
}

/** Returns the wait with the chain that leads to it; a function that no other awaits stands alone. */
function waitingOf({ kind, count, evidence, site, chain }: Finding): Waiting {
  const placeOf = (each: Site): string => `${basename(each.file)}:${each.line} ${each.function}`;
  return { kind, count, evidence, chain: (chain ?? (site ? [site] : [])).map(placeOf) };
}

async function waitsLeftBy(work: () => void): Promise<Waiting[]> {
  const { leaks } = await find(work, { budget: 60 });
  return leaks.map(waitingOf);
}

const held = { kind: 'await', count: 1, evidence: 'pending' } as const;
const lost = { ...held, evidence: 'unreachable' } as const;

test('a chain has those who wait, from the outermost one down to the promise', async () => {
  expect(await waitsLeftBy(() => void readBook(heldRow()))).toEqual([{ ...held, chain: [book, page, row] }]);
  expect(await waitsLeftBy(() => void descend(3, heldRow()))).toEqual([
    { ...held, chain: [level, level, level, bottom] },
  ]);
});

test('a chain has no function that awaits another call of the same function', async () => {
  const left = await waitsLeftBy(() => {
    const lostRow = new Promise<void>(doNothing);
    void readRow(heldRow());
    void readBook(lostRow);
  });
  expect(left).toEqual([
    { ...held, chain: [row] },
    { ...lost, chain: [book, page, row] },
  ]);
});

test('the chain of a function that calls itself has the rounds of one call', async () => {
  const left = await waitsLeftBy(() => {
    const lostRow = new Promise<void>(doNothing);
    void descend(1, heldRow());
    void descend(2, lostRow);
  });
  expect(left).toEqual([
    { ...held, chain: [level, bottom] },
    { ...lost, chain: [level, level, bottom] },
  ]);
});

test('a chain has no function that awaits another call at the same line', async () => {
  const left = await waitsLeftBy(() => {
    const lostRow = new Promise<void>(doNothing);
    void readBook(heldRow());
    void readPage(lostRow);
  });
  expect(left).toEqual([
    { ...held, chain: [book, page, row] },
    { ...lost, chain: [page, row] },
  ]);
});

test('a chain leads through a promise made by hand', async () => {
  async function readShelf(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      readPage(heldRow()).then(resolve, reject);
    }); // here: shelf ends
  }
  const [file, line] = at('shelf ends', 'readShelf').split(/[: ]/);
  const shelf = `${file}:${Number(line) - 2} readShelf`;
  expect(await waitsLeftBy(() => void readShelf())).toEqual([{ ...held, chain: [shelf, page, row] }]);
});

test('a chain leads through a function that went on before it waits', async () => {
  async function readLater(): Promise<void> {
    await Promise.resolve();
    await heldRow(); // here: later
  }
  async function readSoon(): Promise<void> {
    await readLater(); // here: soon
  }
  const chain = [at('soon', 'readSoon'), at('later', 'readLater')];
  expect(await waitsLeftBy(() => void readSoon())).toEqual([{ ...held, chain }]);
});

test('a promise that is made in the very line that calls those who wait for it', async () => {
  const left = await waitsLeftBy(() => void readBook(new Promise(doNothing)));
  expect(left).toEqual([{ ...lost, chain: [book, page, row] }]);
});

test('such a promise is told beside another that the same function waits for', async () => {
  const left = await waitsLeftBy(() => {
    void readRow(heldRow());
    void readBook(new Promise(doNothing));
  });
  expect(left).toEqual([
    { ...held, chain: [row] },
    { ...lost, chain: [book, page, row] },
  ]);
});

test('a chain has no function that runs another scope from the same line', async () => {
  async function leftIn(work: () => unknown): Promise<Waiting[]> {
    const scope = snapshot({ budget: 60 });
    onTestFinished(() => scope.dispose());
    await scope.run(work);
    return (await scope.find()).leaks.map(waitingOf);
  }
  const other = Promise.withResolvers<void>();
  const running = leftIn(() => other.promise);
  const left = await leftIn(() => void readRow(heldRow()));
  other.resolve();
  expect(left).toEqual([{ ...held, chain: [row] }]);
  expect(await running).toEqual([]);
});
