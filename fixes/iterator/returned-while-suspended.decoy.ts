/**
 * A ticker is returned while it waits for its next tick, and ends after that tick.
 *
 * **Looks like a leak** `return()` is called on a generator that is suspended in an `await`; the call is queued and
 * does nothing at first.
 *
 * **Is none because** The awaited event is sure to come: the next emit lets the queued return run the `finally`,
 * which unsubscribes.
 */
import { EventEmitter, on } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

const clock = new EventEmitter();

async function* ticks(): AsyncGenerator<number> {
  for await (const [tick] of on(clock, 'tick')) yield Number(tick);
}

export async function run(): Promise<Outcome> {
  const own = ticks();
  const first = own.next();
  clock.emit('tick', 1);
  const { value } = await first;
  const second = own.next();
  const ended = own.return(undefined);
  clock.emit('tick', 2);
  return { first: value, second: (await second).value, isOver: (await ended).done ?? false };
}
