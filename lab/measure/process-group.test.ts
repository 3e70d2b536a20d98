import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../fixtures/processes.ts';
import { endWithUs, killGroup } from './process-group.ts';

/** The leader of a group of two sleeping processes, and the id of the other. */
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
  const leaders = Array.from({ length: 20 }, () => spawn('sleep', ['600'], { detached: true }));
  onTestFinished(() => leaders.forEach(killGroup));
  const releases = leaders.map((child) => endWithUs(child));
  expect(heard()).toEqual(before.map((count) => count + 1));
  for (const release of releases.slice(1)) release();
  expect(heard()).toEqual(before.map((count) => count + 1));
  releases[0]?.();
  releases[0]?.();
  expect(heard()).toEqual(before);
});
