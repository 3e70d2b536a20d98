import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { doNothing, leftBy, only, placesIn } from '../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const bus = new EventEmitter();

test('the stack of a listener that was taken off holds nothing that the program has dropped', async () => {
  async function waitForReply(reply: Promise<void>): Promise<void> {
    await reply; // here: reply
  }
  function askOnce(): void {
    const { promise, resolve } = Promise.withResolvers<void>(); // here: made
    const onReply = (): void => resolve();
    function listen(): void {
      const listener = (): void => doNothing();
      bus.on('reply', listener);
      bus.off('reply', listener);
      // it stands on the stack, and so it is held with all that it can see
      if (bus.listenerCount('reply') > 0) onReply();
    }
    listen();
    void waitForReply(promise);
  }
  expect(await leftBy(askOnce)).toEqual(
    only({
      kind: 'await',
      type: 'async function',
      evidence: 'unreachable',
      at: at('reply', 'waitForReply'),
      related: [at('made', 'askOnce')],
    }),
  );
});
