import { EventEmitter } from 'node:events';
import { createSocket } from 'node:dgram';
import { describe, expect, onTestFinished, test } from 'vitest';
import { snapshot, type Scope } from '../index.ts';
import {
  budget,
  doNothing,
  leak,
  nothing,
  only,
  placesIn,
  brief,
  type BriefFinding,
} from '../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

function startPolling(): void {
  const timer = setInterval(doNothing, 1000); // here: poll
  onTestFinished(() => clearInterval(timer));
}
const polling = { kind: 'timer', type: 'Timeout', at: at('poll', 'startPolling') } as const;

function open(name: string): Scope {
  const scope = snapshot({ name, budget });
  onTestFinished(() => scope.dispose());
  return scope;
}

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('scopes that overlap', () => {
  test('get each its own', async () => {
    const [first, second] = [open('first'), open('second')];
    first.run(startPolling);
    second.run(startPolling);
    second.run(startPolling);
    const reports = await Promise.all([first.find(), second.find()]);
    expect(reports.map(brief)).toEqual([
      only({ ...polling, owner: 'first' }),
      only({ ...polling, owner: 'second', count: 2 }),
    ]);
  });

  test('get it also after an await, in a callback and in a listener', async () => {
    const [first, second] = [open('first'), open('second')];
    const pollLater = async (): Promise<void> => {
      await turn();
      startPolling();
      setTimeout(startPolling, 1);
      process.nextTick(startPolling);
      queueMicrotask(startPolling);
      await Promise.all([turn().then(startPolling), turn()]);
    };
    await Promise.all([first.run(pollLater), second.run(pollLater)]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const reports = await Promise.all([first.find(), second.find()]);
    expect(reports.map(brief)).toEqual([
      only({ ...polling, owner: 'first', count: 5 }),
      only({ ...polling, owner: 'second', count: 5 }),
    ]);
  });

  test('share what has no owner', async () => {
    const [first, second] = [open('first'), open('second')];
    startPolling();
    first.run(startPolling);
    const reports = await Promise.all([first.find(), second.find()]);
    expect(reports.map(brief)).toEqual([
      only({ ...polling, owner: 'shared' }, { ...polling, owner: 'first' }),
      only({ ...polling, owner: 'shared' }),
    ]);
  });

  test('of which a single one is open get what has no owner', async () => {
    const scope = open('alone');
    startPolling();
    expect(brief(await scope.find())).toEqual(only({ ...polling, owner: 'alone' }));
  });

  test('one within the work of the other: the inner one owns', async () => {
    const outer = open('outer');
    const inner = outer.run(() => open('inner'));
    outer.run(() => {
      inner.run(startPolling);
      startPolling();
      startPolling();
    });
    expect(brief(await inner.find())).toEqual(only({ ...polling, owner: 'inner' }));
    // what an inner scope leaves, the outer one has left as well
    expect(brief(await outer.find())).toEqual(
      only({ ...polling, owner: 'inner' }, { ...polling, owner: 'outer', count: 2 }),
    );
  });

  test('of one name are two all the same', async () => {
    const [first, second] = [open('twin'), open('twin')];
    first.run(startPolling);
    expect(brief(await second.find())).toEqual(nothing);
    expect(brief(await first.find())).toEqual(only({ ...polling, owner: 'twin' }));
  });

  test('one that began later is not told of what is older', async () => {
    const first = open('first');
    startPolling();
    const second = open('second');
    expect(brief(await second.find())).toEqual(nothing);
    expect(brief(await first.find())).toEqual(only({ ...polling, owner: 'shared' }));
  });
});

test('who waits for the work of one scope is not left over in another', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function runWithin(scope: Scope, work: () => Promise<void>): Promise<void> {
    await scope.run(work);
  }
  const [slow, other] = [open('slow'), open('other')];
  const running = runWithin(slow, async () => {
    await promise;
  });
  other.run(startPolling);
  expect(brief(await other.find())).toEqual(only({ ...polling, owner: 'other' }));
  resolve();
  await running;
  expect(brief(await slow.find())).toEqual(nothing);
});

const kept = new Set<unknown>();

/** Five leaks, each from another probe, after some turns. */
async function leakFive(bus: EventEmitter, turns: number): Promise<void> {
  for (let count = 0; count < turns; count += 1) await turn();
  const timer = setTimeout(doNothing, 50_000); // here: five: timeout
  const socket = createSocket('udp4'); // here: five: socket
  const { port1 } = new MessageChannel(); // here: five: channel
  kept.add(port1);
  bus.on('message', doNothing); // here: five: listener
  void waitForReply();
  onTestFinished(() => {
    clearTimeout(timer);
    socket.close();
    port1.close();
    kept.clear();
  });
}
async function waitForReply(): Promise<void> {
  await turn();
  await new Promise(doNothing); // here: five: wait
}

test('a hundred scopes at the same time get each its own fifty leaks', async () => {
  const bus = new EventEmitter().setMaxListeners(0);
  const scopes = Array.from({ length: 100 }, (_, index) => open(`test ${index}`));
  const leakFifty = async (index: number): Promise<void> => {
    for (let times = 0; times < 10; times += 1) await leakFive(bus, index % 7);
  };
  await Promise.all(scopes.map((scope, index) => scope.run(async () => leakFifty(index))));
  const reports = await Promise.all(scopes.map((scope) => scope.find()));
  const five = (owner: string): BriefFinding[] => [
    leak({ kind: 'timer', type: 'Timeout', owner, count: 10, at: at('five: timeout', 'leakFive') }),
    leak({ kind: 'socket', type: 'UDPWRAP', owner, count: 10, at: at('five: socket', 'leakFive') }),
    leak({ kind: 'port', type: 'MESSAGEPORT', owner, count: 10, at: at('five: channel', 'leakFive') }),
    leak({
      kind: 'listener',
      type: 'EventEmitter',
      evidence: 'attached',
      owner,
      count: 10,
      at: at('five: listener', 'leakFive'),
      detail: "'message' of EventEmitter",
    }),
    leak({
      kind: 'await',
      type: 'async function',
      evidence: 'unreachable',
      owner,
      count: 10,
      at: at('five: wait', 'waitForReply'),
      related: [at('five: wait', 'waitForReply')],
    }),
  ];
  expect(reports.map(({ leaks }) => leaks.length)).toEqual(scopes.map(() => 5));
  expect(reports.map((report) => brief(report).leaks)).toEqual(
    scopes.map((_, index) => five(`test ${index}`)),
  );
});

describe('dispose', () => {
  test('may be called twice, and ends one scope alone', async () => {
    const { on } = EventEmitter.prototype;
    const [first, second] = [open('first'), open('second')];
    first.dispose();
    first.dispose();
    expect(EventEmitter.prototype.on).not.toBe(on);
    second.run(startPolling);
    expect(brief(await second.find())).toEqual(only({ ...polling, owner: 'second' }));
    second.dispose();
    second.dispose();
    expect(EventEmitter.prototype.on).toBe(on);
  });

  test('leaves a name to the scope that goes on', async () => {
    const [first, second] = [open('first'), open('second')];
    startPolling();
    first.dispose();
    expect(brief(await second.find())).toEqual(only({ ...polling, owner: 'second' }));
  });
});
