import { execFileSync } from 'node:child_process';
import fs, { closeSync, mkdtempSync, open, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { leftBy, nothing, only, placesIn } from '../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const inAnotherLanguage = runInThisContext('(work) => work()', { filename: '/shop.vue' }) as (
  work: () => NodeJS.Timeout,
) => NodeJS.Timeout;
const clock = new Int32Array(new SharedArrayBuffer(4));

test('a look that has taken long says nothing about what was being opened meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);

  const before = Error.prepareStackTrace;
  const openUnwatched = fs.openSync;
  let isPatched = false;
  function openPipe(): void {
    // it has the first look read a stack of a file that may be mapped, so the other end is opened while that look goes on
    const timer = inAnotherLanguage(() => setInterval(() => undefined, 1e6));
    onTestFinished(() => clearInterval(timer));
    open(pipe, 'r', (_error, fd) => onTestFinished(() => closeSync(fd))); // here: open
    Error.prepareStackTrace = (error, sites) => {
      if (!isPatched) {
        isPatched = true;
        const writer = openUnwatched(pipe, 'w');
        onTestFinished(() => closeSync(writer));
        Atomics.wait(clock, 0, 0, 300);
      }
      return before?.(error, sites) ?? String(error);
    };
    onTestFinished(() => {
      Error.prepareStackTrace = before;
    });
  }

  const ignore = [{ kind: 'timer', reason: 'there for the look' } as const];
  const { leaks } = await leftBy(openPipe, { ignore });
  const expected = only({ kind: 'fd', type: 'fs.open', at: at('open', 'openPipe'), detail: pipe });
  expect({ ...nothing, leaks }).toEqual(expected);
  expect(isPatched).toBe(true);
});
