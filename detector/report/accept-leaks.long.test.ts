import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert as holds, asyncProperty } from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { entries, essence, seed } from '../fixtures/accepted-leaks.ts';
import { acceptLeaks, mergedLeaks } from './accept-leaks.ts';
import { loadBaseline, type AcceptedLeak } from './baseline.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-accept-')));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;
const newFile = (): string => join(root, `${++made}`, 'leaks.baseline.json');

const writer = `import { acceptLeaks } from ${JSON.stringify(join(import.meta.dirname, 'accept-leaks.ts'))};
const [file, text] = process.argv.slice(1);
for (const entry of JSON.parse(text)) acceptLeaks(file, [entry]);`;

async function write(file: string, leaks: readonly AcceptedLeak[]): Promise<unknown> {
  const args = ['--input-type=module', '-e', writer, file, JSON.stringify(leaks)];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test(`processes that write at the same time lose no entry (seed ${seed})`, async () => {
  await holds(
    asyncProperty(array(entries, { minLength: 3, maxLength: 4 }), async (all) => {
      const file = newFile();
      acceptLeaks(file, []);
      expect(await Promise.all(all.map((leaks) => write(file, leaks)))).toEqual(all.map(() => 0));
      expect(essence(loadBaseline(file).leaks)).toEqual(essence(mergedLeaks(...all)));
      // nothing beside it
      expect(readdirSync(join(file, '..')).filter((name) => name !== 'leaks.baseline.json')).toEqual([]);
    }),
    { seed, numRuns: 3 },
  );
});

const leak: AcceptedLeak = {
  fingerprint: 'a'.repeat(32),
  since: '2026-11-30',
  kind: 'timer',
  type: 'Timeout',
  in: ['a.test.js'],
};

test('the lock of a process that was killed is removed', async () => {
  const file = newFile();
  acceptLeaks(file, []);
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { whileLocked } from ${JSON.stringify(join(import.meta.dirname, 'file-lock.ts'))};
whileLocked(process.argv[1], () => process.kill(process.pid, 'SIGKILL'));`,
      `${file}.lock`,
    ],
    { stdio: 'ignore' },
  );
  await once(child, 'exit');
  expect(readFileSync(`${file}.lock`, 'utf8')).toMatch(new RegExp(`^${child.pid}@`));
  expect(acceptLeaks(file, [leak])).toEqual({ file, leaks: [leak] });
});
