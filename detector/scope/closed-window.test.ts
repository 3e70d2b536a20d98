import { expect, onTestFinished, test } from 'vitest';
import type { ActiveScope } from './active-scope.ts';
import { openScope } from './snapshot.ts';
import { budget, doNothing, leak, nothing, only, placesIn, brief } from '../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function open(name: string, ms = budget): ActiveScope {
  const scope = openScope({ name, budget: ms });
  onTestFinished(() => scope.dispose());
  return scope;
}

function due(ms: number): NodeJS.Timeout {
  const timer = setTimeout(doNothing, ms); // here: due
  onTestFinished(() => clearTimeout(timer));
  return timer;
}
const late = { kind: 'timer', type: 'Timeout', at: at('due', 'due') } as const;

test('a look without a wait: a report where nothing is left', () => {
  const scope = open('clean');
  clearTimeout(scope.run(() => due(5)));
  const seen = scope.glance();
  expect(typeof seen === 'object' && brief(seen)).toEqual(nothing);
  scope.run(() => due(5));
  expect(scope.glance()).toBe('suspected');
});

test('what is made later is its own only in its context', async () => {
  const scope = open('first');
  const makes = scope.run(async () => {
    await sleep(5);
    due(60_000);
  });
  scope.close();
  await makes;
  due(60_000);
  expect(brief(await scope.find())).toEqual(only({ ...late, owner: 'first' }));
});

test('a timer is judged by when it was due, however late the check is', async () => {
  const scope = open('late', 50);
  const [, cleared, clearedLate] = scope.run(() => [due(20), due(60_000), due(120), due(100)]);
  scope.close();
  clearTimeout(cleared);
  await sleep(250);
  clearTimeout(clearedLate);
  expect(brief(await scope.find())).toEqual(only({ ...late, owner: 'late' }));
});

test('a timer that is refreshed belongs to the scope that made it', async () => {
  const first = open('first');
  const timer = first.run(() => due(40));
  await sleep(80);
  const second = open('second');
  second.run(() => timer.refresh());
  expect(second.glance()).toMatchObject({ leaks: [] });
  expect(first.glance()).toBe('suspected');
});

test('waits of a closed window are kept when there are no more stacks, and dropped when they ended', async () => {
  const scope = open('waits');
  let goOn = doNothing;
  const wait = async (promise: Promise<void>): Promise<void> => {
    await promise; // here: wait
  };
  scope.run(() => {
    void wait(new Promise(doNothing));
    void wait(new Promise((resolve) => (goOn = resolve)));
  });
  scope.close();
  const another = open('another');
  await another.run(async () => {
    for (let times = 0; times < 5000; times += 1) await Promise.resolve();
  });
  goOn();
  await sleep(1);
  const { leaks, notJudged } = await scope.find();
  expect(leaks.map(({ kind, count, site }) => [kind, count, site?.line])).toEqual([
    ['await', 1, Number(at('wait', '').trim().split(':')[1])],
  ]);
  expect(notJudged).toEqual([]);
});

test('what is accepted is not waited for', async () => {
  const scope = open('accepted', 600_000);
  scope.run(() => due(60_000));
  const report = await scope.find(({ leaks }) => leaks.every(({ kind }) => kind === 'timer'));
  expect(brief(report)).toEqual({ ...nothing, leaks: [leak({ ...late, owner: 'accepted' })] });
});
