import { execFileSync } from 'node:child_process';
import fs, { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

/** Makes a pipe without a writer until the test is over: opening it to read waits that long. */
function pipeWithoutWriter(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  onTestFinished(() => {
    // opening both ways does not wait, and lets the waiting readers go on
    fs.closeSync(fs.openSync(pipe, 'r+'));
    rmSync(folder, { recursive: true });
  });
  return pipe;
}

test('a file that is being opened for ever, with a callback', async () => {
  const pipe = pipeWithoutWriter();
  function openPipe(): void {
    fs.open(pipe, 'r', (_error, fd) => fs.closeSync(fd)); // here: open
  }
  expect(await leftBy(openPipe)).toEqual(
    only({ kind: 'request', type: 'FSREQCALLBACK', at: at('open', 'openPipe') }),
  );
});

test('an awaited opening: the function that waits for it is no further finding', async () => {
  const pipe = pipeWithoutWriter();
  async function readPipe(): Promise<void> {
    const handle = await open(pipe); // here: awaited open
    await handle.close();
  }
  function begin(): void {
    void readPipe();
  }
  expect(await leftBy(begin)).toEqual(
    only({ kind: 'request', type: 'FSREQPROMISE', at: at('awaited open', 'readPipe') }),
  );
});

test('a file that a stream is opening for ever', async () => {
  const pipe = pipeWithoutWriter();
  function streamPipe(): void {
    createReadStream(pipe).on('error', () => undefined); // here: stream
  }
  expect(await leftBy(streamPipe)).toEqual(
    only({ kind: 'request', type: 'FSREQCALLBACK', at: at('stream', 'streamPipe') }),
  );
});

test('a read that is never answered, and the file that it holds open', async () => {
  const pipe = pipeWithoutWriter();
  let handle: FileHandle | undefined;
  async function readPipe(): Promise<void> {
    // opened both ways, a pipe needs no other end
    handle = await open(pipe, 'r+'); // here: open both ways
    try {
      await handle.read(Buffer.alloc(1)); // here: read
    } finally {
      await handle.close();
    }
  }
  let reading: Promise<void> | undefined;
  function begin(): void {
    reading = readPipe();
  }
  const report = await leftBy(begin);
  await handle?.write('.');
  await reading;
  expect(report).toEqual(
    only(
      { kind: 'request', type: 'FSREQPROMISE', at: at('read', 'readPipe') },
      { kind: 'fd', type: 'FileHandle', at: at('open both ways', 'readPipe'), detail: pipe },
    ),
  );
});

test('work that got stuck in an older scope is not reported, and does not delay the check', async () => {
  const pipe = pipeWithoutWriter();
  fs.open(pipe, 'r', (_error, fd) => fs.closeSync(fd));
  expect(await leftBy(() => undefined)).toEqual(nothing);
});

test('files that are read and written beside each other leave nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  async function copyAll(): Promise<void> {
    const names = Array.from({ length: 300 }, (_, index) => join(folder, `${index}`));
    await Promise.all(names.map((name) => fs.promises.writeFile(name, name)));
    await Promise.all(names.map((name) => fs.promises.readFile(name)));
    await Promise.all(names.map((name) => fs.promises.rm(name)));
  }
  expect(await leftBy(copyAll, { without: ['awaits'] })).toEqual(nothing);
});
