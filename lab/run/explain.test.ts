import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Finding } from '../../detector/index.ts';
import type { Marker } from '../catalogue/markers.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { explain } from './explain.ts';
import { answer, finding, program } from './fixtures/judgement.ts';
import { judge } from './judge.ts';

const folder = tempFolders();
const source = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n');

/** Explains a program of twenty lines, with paths relative to its catalogue. */
function explained(
  leaks: readonly Marker[],
  found: (file: string) => readonly Finding[],
  role: 'pattern' | 'decoy' = 'pattern',
): string {
  const root = folder({ 'timer/clock.ts': source });
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(root);
  onTestFinished(() => cwd.mockRestore());
  const file = join(root, 'timer/clock.ts');
  return explain(judge(program(role, leaks, { file }), answer(found(file)), 7));
}

test('expected and reported lines stand with what is around them', () => {
  const text = explained([{ kind: 'timer', line: 3, count: 2 }], (file) => [
    finding('timer', 12, 1, file),
    finding('server', 3, 1, file),
  ]);
  expect(text).toBe(`✗ timer/clock.ts: wrong line
  expected  timer x2 at line 3
  reported  timer at line 12, server at line 3

        1 │ line 1
        2 │ line 2
  ER    3 │ line 3
        4 │ line 4
        5 │ line 5
        ⋮
       10 │ line 10
       11 │ line 11
   R   12 │ line 12
       13 │ line 13
       14 │ line 14

  2 leaks from 2 lines

  1 timer (Timeout)
    at timer/clock.ts:12:3 in run

      10 │ line 10
      11 │ line 11
    > 12 │ line 12
         │   ^
      13 │ line 13

    why    a timer keeps its callback's variables in memory until it is cleared
    known  seen: still open after the wait

  1 server (Timeout)
    at timer/clock.ts:3:3 in run

      1 │ line 1
      2 │ line 2
    > 3 │ line 3
        │   ^
      4 │ line 4

    why    a server stays open until it is closed and its connections have ended
    known  seen: still open after the wait`);
});

test('a leak that was missed is shown where it was expected', () => {
  expect(explained([{ kind: 'fd', line: 20, count: 1 }], () => [])).toBe(`✗ timer/clock.ts: missed
  expected  fd at line 20
  reported  nothing

       18 │ line 18
       19 │ line 19
  E    20 │ line 20`);
});

test('a finding elsewhere marks no line', () => {
  const text = explained([], () => [finding('fd')], 'decoy');
  expect(text).toBe(`✗ timer/clock.ts: false alarm
  expected  nothing
  reported  fd elsewhere

  1 leak from 1 line

  1 open descriptor (fd, Timeout)
    at an unknown line

    why    the operating system keeps the descriptor open until the program closes it
    known  seen: still open after the wait`);
});

test('a program that failed without a finding has its problem', () => {
  const root = folder({ 'clock.ts': source });
  const decoy = program('decoy', [], { file: join(root, 'clock.ts') });
  const text = explain(judge(decoy, answer([], { how: 'hung', where: 'run' }), 7));
  expect(text.replace(/✗ .*clock/, '✗ clock')).toBe(`✗ clock.ts: \`run\` never returned
  expected  nothing
  reported  nothing`);
});
