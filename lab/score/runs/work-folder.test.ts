import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { workFolder } from './work-folder.ts';

const folder = tempFolders();

test('the leftovers of a killed scorer go: its folder, and on Linux its processes', async () => {
  const root = folder();
  // no process has this number now
  const { pid } = spawnSync(process.execPath, ['--version']);
  const left = join(root, `score-${pid}-abc`);
  mkdirSync(join(left, 'run-1'), { recursive: true });
  const orphan = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
    cwd: join(left, 'run-1'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(orphan.stdout, 'data');
  const gone = once(orphan, 'exit');
  const own = workFolder(root);
  if (process.platform !== 'linux') orphan.kill('SIGKILL');
  expect(await gone).toEqual([null, 'SIGKILL']);
  expect(readdirSync(root)).toEqual([own.slice(root.length + 1)]);
});

test('the folder of a running scorer stays', () => {
  const root = folder();
  const first = workFolder(root);
  const second = workFolder(root);
  expect(first).not.toBe(second);
  expect([first, second].map((each) => existsSync(each))).toEqual([true, true]);
});
