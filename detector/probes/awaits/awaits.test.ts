import { EventEmitter, on } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { snapshot, type Report } from '../../index.ts';
import { budget, doNothing, leftBy, only, placesIn, brief } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const wait = { kind: 'await', type: 'async function' } as const;
const lost = { ...wait, evidence: 'unreachable' } as const;
const held = { ...wait, evidence: 'pending' } as const;

/** The values that the program still holds, so that a wait for one may end. */
const kept = new Set<unknown>();

function keep(value: unknown): void {
  kept.add(value);
  onTestFinished(() => {
    kept.delete(value);
  });
}

describe('a wait', () => {
  test('is unreachable once the awaited promise was collected', async () => {
    async function waitForReply(): Promise<void> {
      const reply = new Promise<void>(doNothing); // here: reply
      await reply; // here: lost reply
    }
    const report = await leftBy(() => void waitForReply());
    expect(report).toEqual(
      only({ ...lost, at: at('lost reply', 'waitForReply'), related: [at('reply', 'waitForReply')] }),
    );
  });

  test('is pending while the program holds the function that would end it', async () => {
    async function waitForReply(): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>(); // here: kept reply
      keep(resolve);
      await promise; // here: pending reply
    }
    const report = await leftBy(() => void waitForReply());
    expect(report).toEqual(
      only({ ...held, at: at('pending reply', 'waitForReply'), related: [at('kept reply', 'waitForReply')] }),
    );
  });

  test('is pending while the program holds the promise', async () => {
    const reply = new Promise<void>(doNothing);
    async function waitForReply(): Promise<void> {
      await reply; // here: older promise
    }
    const report = await leftBy(() => void waitForReply());
    expect(report).toEqual(only({ ...held, at: at('older promise', 'waitForReply') }));
    expect(reply).toBeInstanceOf(Promise);
  });

  test('of a line with unreachable and pending waits is one of two findings', async () => {
    async function waitForReply(reply: Promise<void>): Promise<void> {
      await reply; // here: mixed
    }
    function ask(isKept: boolean): void {
      const { promise, resolve } = Promise.withResolvers<void>(); // here: mixed replies
      if (isKept) keep(resolve);
      void waitForReply(promise);
    }
    const report = await leftBy(() => {
      for (const isKept of [false, true, false]) ask(isKept);
    });
    const place = { at: at('mixed', 'waitForReply'), related: [at('mixed replies', 'ask')] };
    expect(report).toEqual(only({ ...lost, ...place, count: 2 }, { ...held, ...place }));
  });
});

describe('suspended functions', () => {
  test('three calls are one finding', async () => {
    async function waitForReply(): Promise<void> {
      await new Promise<void>(doNothing); // here: three
    }
    const report = await leftBy(() => {
      for (let call = 0; call < 3; call += 1) void waitForReply();
    });
    const place = at('three', 'waitForReply');
    expect(report).toEqual(only({ ...lost, count: 3, at: place, related: [place] }));
  });

  test('a method', async () => {
    class Mailbox {
      async next(): Promise<void> {
        await new Promise<void>(doNothing); // here: method
      }
    }
    const report = await leftBy(() => void new Mailbox().next());
    expect(report).toEqual(only({ ...lost, at: at('method', 'next'), related: [at('method', 'next')] }));
  });

  test('an arrow function', async () => {
    const next = async (): Promise<void> => {
      await new Promise<void>(doNothing); // here: arrow
    };
    const report = await leftBy(() => void next());
    expect(report).toEqual(only({ ...lost, at: at('arrow', 'next'), related: [at('arrow', 'next')] }));
  });

  test('a function without a name, called by then', async () => {
    const report = await leftBy(() => {
      void Promise.resolve().then(async () => {
        await new Promise<void>(doNothing); // here: nameless
      });
    });
    const place = at('nameless', '<anonymous>');
    expect(report).toEqual(only({ ...lost, at: place, related: [place] }));
  });

  test('a function that waits after it went on once', async () => {
    async function converse(): Promise<void> {
      await Promise.resolve();
      await new Promise<void>((resolve) => setImmediate(resolve));
      await new Promise<void>(doNothing); // here: third wait
    }
    const report = await leftBy(() => void converse());
    const place = at('third wait', 'converse');
    expect(report).toEqual(only({ ...lost, at: place, related: [place] }));
  });

  test('a function that loops over events that are no longer emitted', async () => {
    const clock = new EventEmitter();
    async function follow(): Promise<void> {
      for await (const _ of on(clock, 'tick')) doNothing(); // here: events
    }
    const report = await leftBy(() => void follow());
    expect(report.leaks.map(({ kind, at: place }) => ({ kind, at: place }))).toEqual([
      { kind: 'await', at: at('events', 'follow') },
    ]);
  });

  test('a function that waits for a thenable, once', async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- as a query builder is
    const never: PromiseLike<void> = { then: () => never as PromiseLike<never> };
    async function waitForQuery(): Promise<void> {
      await never; // here: thenable
    }
    const { leaks } = await leftBy(() => void waitForQuery());
    expect(leaks.map(({ kind, count, at: place }) => ({ kind, count, at: place }))).toEqual([
      { kind: 'await', count: 1, at: at('thenable', 'waitForQuery') },
    ]);
  });

  test('a function of which another call asks for the check', async () => {
    const scope = snapshot({ budget });
    onTestFinished(() => scope.dispose());
    async function useSession(isStuck: boolean): Promise<Report> {
      if (isStuck) await new Promise<void>(doNothing); // here: stuck session
      return scope.find();
    }
    void useSession(true);
    const place = at('stuck session', 'useSession');
    expect(brief(await useSession(false))).toEqual(only({ ...lost, at: place, related: [place] }));
  });
});
