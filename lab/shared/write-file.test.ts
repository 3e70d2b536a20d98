import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readFileSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { refusal } from '../fixtures/refusal.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { writeWhole } from './write-file.ts';

const folder = tempFolders();
const next = 'name a file in a folder that you may write to';

test('a file is written with the folders it needs, and nothing beside it', () => {
  const root = folder();
  writeWhole(join(root, 'a/b/page.md'), 'new\n');
  expect(readFileSync(join(root, 'a/b/page.md'), 'utf8')).toBe('new\n');
  expect(readdirSync(join(root, 'a/b'))).toEqual(['page.md']);
});

test('what was there is replaced', () => {
  const root = folder({ 'page.md': 'a long old text\n' });
  writeWhole(join(root, 'page.md'), 'new\n');
  expect(readFileSync(join(root, 'page.md'), 'utf8')).toBe('new\n');
});

test('a link stays one, and its file is written', () => {
  const root = folder({ 'page.md': 'old\n' });
  symlinkSync('page.md', join(root, 'link.md'));
  writeWhole(join(root, 'link.md'), 'new\n');
  expect(readlinkSync(join(root, 'link.md'))).toBe('page.md');
  expect(readFileSync(join(root, 'page.md'), 'utf8')).toBe('new\n');
});

test('a pipe is written to', async () => {
  const pipe = join(folder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const read = text(createReadStream(pipe));
  // opening a pipe waits for the other end, so the writer needs another thread
  const library = new URL('write-file.ts', import.meta.url).href;
  const code = `import(${JSON.stringify(library)}).then((m) => m.writeWhole(${JSON.stringify(pipe)}, 'new\\n'))`;
  await once(new Worker(code, { eval: true }), 'exit');
  expect(await read).toBe('new\n');
  expect(readdirSync(join(pipe, '..'))).toEqual(['pipe']);
});

test('a folder is refused, and stays as it was', async () => {
  const root = folder({ 'out/page.md': 'old\n' });
  const file = join(root, 'out');
  expect(await refusal(() => writeWhole(file, 'new\n'))).toEqual({
    problem: `${file} can't be written: EISDIR: illegal operation on a directory, open '${file}'`,
    next,
  });
  expect(readdirSync(root)).toEqual(['out']);
});

test.each(['page.md/new.md', 'page.md/a/b/new.md'])('%s, below a file, is refused', async (path) => {
  const root = folder({ 'page.md': 'old\n' });
  const file = join(root, path);
  const { problem, ...rest } = await refusal(() => writeWhole(file, 'new\n'));
  expect(rest).toEqual({ next });
  expect(problem).toMatch(new RegExp(`^${file} can't be written: (?:ENOTDIR|EEXIST): `));
  expect(readFileSync(join(root, 'page.md'), 'utf8')).toBe('old\n');
});
