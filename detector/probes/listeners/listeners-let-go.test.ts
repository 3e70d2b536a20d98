import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { doNothing, leftBy, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const older = new EventEmitter();
const kept: EventEmitter[] = [];

async function waitForReply(reply: Promise<void>): Promise<void> {
  await reply; // here: reply
}

/** Adds and removes a listener in `listen`, whose unread stack holds all that `listen` can see. */
function askOnce(bus: EventEmitter): void {
  const { promise, resolve } = Promise.withResolvers<void>(); // here: made
  function listen(): void {
    bus.on('reply', doNothing);
    bus.off('reply', doNothing);
    if (bus.listenerCount('reply') > 0) resolve();
  }
  listen();
  void waitForReply(promise);
}

const buses: Readonly<Record<string, () => EventEmitter>> = {
  'is older than the scope': () => older,
  'was made in it and lives on': () => {
    const bus = new EventEmitter();
    kept.push(bus);
    return bus;
  },
};
for (const [which, busOf] of Object.entries(buses)) {
  test(`the stack of a removed listener holds nothing if its target ${which}`, async () => {
    expect(await leftBy(() => askOnce(busOf()))).toEqual(
      only({
        kind: 'await',
        type: 'async function',
        evidence: 'unreachable',
        at: at('reply', 'waitForReply'),
        related: [at('made', 'askOnce')],
      }),
    );
  });
}
