import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { codeFrame } from './code-frame.ts';
import { Sources } from '../origin/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(folder, { recursive: true }));

function frame(text: string | Uint8Array, line: number, column: number, width = 40): string {
  const file = join(folder, 'source.ts');
  writeFileSync(file, text);
  const lines = new Sources().linesOf(file);
  return codeFrame(lines, { file, line, column, function: 'f' }, width)
    .map((each) => each.text)
    .join('\n');
}

const four = 'one\ntwo\n  three();\nfour\nfive\n';

describe('a frame', () => {
  test.each<[string, string]>([
    ['in the middle', frame(four, 3, 3)],
    ['with CRLF', frame(four.replaceAll('\n', '\r\n'), 3, 3)],
    ['of a first line', frame(four, 1, 1)],
    ['of a last line', frame(four, 5, 4)],
    ['whose column the line has no more', frame(four, 1, 30)],
    ['with tabs', frame('\tone\n\t\ttwo(\t3)\n', 2, 7)],
    ['across a change of digits', frame('\n'.repeat(8) + 'nine\nten\n', 9, 2)],
    ['with what a terminal would obey', frame('a\u001B[31mred\u0007\u202E b()\n', 1, 13)],
    ['of a line cut behind', frame(`call(${'x'.repeat(100)})\n${'y'.repeat(100)}`, 1, 1)],
    ['of a line cut on both sides', frame(`${'a'.repeat(500)}Q${'b'.repeat(500)}`, 1, 501)],
    ['of a line cut before', frame(`${'a'.repeat(500)}Q`, 1, 501)],
  ])('%s', (name, text) => {
    expect(text).toBe(expected[name]);
  });
});

const expected: Readonly<Record<string, string>> = {
  'in the middle': `  1 │ one
  2 │ two
> 3 │   three();
    │   ^
  4 │ four`,
  'with CRLF': `  1 │ one
  2 │ two
> 3 │   three();
    │   ^
  4 │ four`,
  'of a first line': `> 1 │ one
    │ ^
  2 │ two`,
  'of a last line': `  3 │   three();
  4 │ four
> 5 │ five
    │    ^`,
  'whose column the line has no more': `> 1 │ one
  2 │ two`,
  'with tabs': `  1 │   one
> 2 │     two(  3)
    │         ^`,
  'across a change of digits': `   7 │
   8 │
>  9 │ nine
     │  ^
  10 │ ten`,
  'with what a terminal would obey': `> 1 │ ared·· b()
    │        ^`,
  'of a line cut behind': `> 1 │ call(${'x'.repeat(28)}…
    │ ^
  2 │ ${'y'.repeat(33)}…`,
  'of a line cut on both sides': `> 1 │ …${'a'.repeat(17)}Q${'b'.repeat(14)}…
    │ ${' '.repeat(18)}^`,
  'of a line cut before': `> 1 │ …${'a'.repeat(32)}Q
    │ ${' '.repeat(33)}^`,
};

describe('no frame', () => {
  test('of what is no text', () => {
    expect(frame(Uint8Array.of(0x66, 0x0a, 0x00, 0x0a), 1, 1)).toBe('');
  });

  test.each([
    ['no file', 'missing.ts'],
    ['a folder', '.'],
    ['a pipe without a writer', 'pipe'],
    ['no path', 'webpack://shop/cart.ts'],
    ['a path that can be none', 'a\0b'],
  ])('of %s', (_, name) => {
    if (name === 'pipe') spawnSync('mkfifo', [join(folder, name)]);
    expect(new Sources().linesOf(join(folder, name))).toEqual([]);
  });
});

test('of a file of 50 MB only the first 4 MiB are read, and whole lines of them', () => {
  const file = join(folder, 'bundle.js');
  const descriptor = openSync(file, 'w');
  const line = `${'x'.repeat(63)}\n`;
  writeSync(descriptor, line.repeat(2 ** 16 + 10));
  ftruncateSync(descriptor, 50_000_000);
  closeSync(descriptor);
  expect(new Sources().linesOf(file)).toEqual(Array.from({ length: 2 ** 16 }, () => 'x'.repeat(63)));
});

test('a file is read once', () => {
  const file = join(folder, 'changing.ts');
  writeFileSync(file, 'before');
  const sources = new Sources();
  const first = sources.linesOf(file);
  writeFileSync(file, 'after');
  expect([first, sources.linesOf(file), new Sources().linesOf(file)]).toEqual([
    ['before'],
    ['before'],
    ['after'],
  ]);
});
