import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../fixtures/processes.ts';
import { killGroup, startWithUs } from './process-group.ts';

/** Starts the leader of a group of two sleeping processes, and returns it with the other's id. */
async function sleepers(): Promise<{ leader: ChildProcess; child: number }> {
  const script = 'sleep 600 & echo $!; wait';
  const leader = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => killGroup(leader));
  const [line] = (await once(createInterface(leader.stdout), 'line')) as [string];
  return { leader, child: Number(line) };
}

const heard = (): number[] =>
  ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((event) => process.listenerCount(event));

test('a group is killed with all that is in it, and a second time is no error', async () => {
  const { leader, child } = await sleepers();
  const exited = once(leader, 'exit');
  expect(isAlive(child)).toBe(true);
  killGroup(leader);
  expect(await exited).toEqual([null, 'SIGKILL']);
  await expect.poll(() => isAlive(child), { timeout: 30_000 }).toBe(false);
  killGroup(leader);
});

test('a process that never started has no group', async () => {
  const child = spawn('./no-such-program', { detached: true });
  await once(child, 'error');
  expect(() => killGroup(child)).not.toThrow();
});

test('any number of groups has one listener of each kind, and none is left', () => {
  const before = heard();
  const started = Array.from({ length: 20 }, () =>
    startWithUs(() => ({ child: spawn('sleep', ['600'], { detached: true }) })),
  );
  onTestFinished(() => started.forEach(({ child }) => killGroup(child)));
  const releases = started.map(({ release }) => release);
  expect(heard()).toEqual(before.map((count) => count + 1));
  for (const release of releases.slice(1)) release();
  expect(heard()).toEqual(before.map((count) => count + 1));
  releases[0]?.();
  releases[0]?.();
  expect(heard()).toEqual(before);
});

test('a child that can not be started leaves no listener', () => {
  const before = heard();
  const start = (): { child: ChildProcess } => ({
    child: spawn('sleep', ['600'], { cwd: new URL('http://no.file') }),
  });
  expect(() => startWithUs(start)).toThrow('The URL must be of scheme file');
  expect(heard()).toEqual(before);
});

test('a process that gets a signal while it starts a child ends the child too', async () => {
  const source = `
    import { spawn } from 'node:child_process';
    import { startWithUs } from ${JSON.stringify(join(import.meta.dirname, 'process-group.ts'))};
    startWithUs(() => {
      process.kill(process.pid, 'SIGTERM');
      const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
      console.log(child.pid);
      return { child };
    });`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval'];
  const parent = spawn(process.execPath, [...flags, source], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [out, [code, signal]] = await Promise.all([text(parent.stdout), once(parent, 'exit')]);
  expect([code, signal]).toEqual([null, 'SIGTERM']);
  await expect.poll(() => isAlive(Number(out)), { timeout: 30_000 }).toBe(false);
});
