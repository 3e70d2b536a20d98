import { afterEach, expect, test } from 'vitest';
import { Session } from './session.ts';
import type { VerifiedFile } from './verified.ts';
import type { Verdict } from './judge.ts';

const settings = {
  per: 'test',
  verdict: 'test',
  level: 'light',
  without: [],
  // a wait for this long fails the test by its time-out
  budget: 600_000,
  rerun: false,
  quietAfter: 0,
  exitWhenQuiet: false,
  children: true,
} as const;

const timers: NodeJS.Timeout[] = [];
afterEach(() => timers.splice(0).forEach((timer) => clearInterval(timer)));
const poll = (): number => timers.push(setInterval(() => {}, 60_000));
const serve = (): number => timers.push(setInterval(() => {}, 70_000));

async function leaking(file: VerifiedFile, name: string, work: () => unknown): Promise<Verdict | undefined> {
  const verified = file.test({ name: [name] });
  verified.run(work);
  return verified.check();
}

test('a line that leaked after a full wait is not waited for again in its file', async () => {
  const session = new Session('node:test', { ...settings, budget: 50 });
  const file = session.file('/app/a.test.js');
  expect((await leaking(file, 'one', poll))?.report.leaks).toHaveLength(1);
  // from now on, a wait would not end in time
  file.configure({ budget: settings.budget });
  const again = await leaking(file, 'two', poll);
  expect(again?.report.leaks).toMatchObject([{ kind: 'timer', count: 1, owner: 'two' }]);
  expect(again?.error?.message).toMatch(
    /^two \(\/app\/a\.test\.js\): 1 leak from 1 line; again: 1 timer \(Timeout, setInterval\) at .*leaked-lines\.test\.ts:\d+:\d+ in poll; see the report on one \(\/app\/a\.test\.js\)$/,
  );
  file.abandon();
});

test('a new line beside a known one is waited for', async () => {
  const session = new Session('node:test', { ...settings, budget: 50 });
  const file = session.file('/app/a.test.js');
  await leaking(file, 'one', poll);
  file.configure({ budget: settings.budget });
  // it ends while it is waited for
  const both = await leaking(file, 'both', () => {
    poll();
    setTimeout(() => clearInterval(timers.pop()), 30);
    serve();
  });
  expect(both?.report.leaks).toMatchObject([{ site: { function: 'poll' } }]);
  file.abandon();
});
