import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../shared/project-root.ts';
import { leaklab } from '../fixtures/cli.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();

test('watch checks at each save, through both phases, and ends at a signal', async () => {
  const root = folder();
  const chosen = 'missing-abort/timer-cleared-listener-kept';
  expect(await leaklab(['workshop', 'init', 'mine', '--exercises', chosen, '--json'], root)).toEqual({
    code: 0,
    stdout: `${JSON.stringify({ version: 1, folder: join(root, 'mine'), track: 'chosen', exercises: ['01-with-deadline'], missing: [] })}\n`,
    stderr: '',
  });
  const mine = join(root, 'mine');
  const file = join(mine, 'exercises/01-with-deadline/program.ts');
  const start = readFileSync(file, 'utf8');
  const child = spawn(process.execPath, [join(projectRoot, 'lab/cli.ts'), 'workshop', 'watch'], {
    cwd: mine,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!lines.some((line) => line.includes(text))) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  await said('next: npm run find -- 12, or npm run hint');
  writeFileSync(file, start.replace(/(addEventListener\('abort', stop\);)/, '$1 // HERE'));
  await said('found, 3 of 3 points');
  const reference = readFileSync(join(projectRoot, 'fixes', `${chosen}.ts`), 'utf8');
  const fix = /^.*\/\/ FIX:.*$/m.exec(reference)?.[0] ?? '';
  writeFileSync(file, start.replace('clearTimeout(timer);', `clearTimeout(timer);\n${fix}`));
  await said('✓ 01-with-deadline: pass');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(readFileSync(join(mine, 'workshop.txt'), 'utf8')).toContain('phase=done misses=0');
});
