/**
 * A deployment waits a moment for each instance to say that it is healthy, and goes on when one keeps silent.
 *
 * **What leaks** The listener of each wait that ran into its time-out.
 *
 * **Why it survives** The race is over when the timer wins, but nothing tells the emitter. The listener stays until
 * the instance reports after all, which a dead one never does.
 *
 * **How it shows up** `MaxListenersExceededWarning` on the registry in the middle of an outage; afterwards each late
 * report runs callbacks of deployments that ended long ago.
 *
 * **How to fix** Give the wait a signal that takes the listener off when time is up.
 *
 * **When this is not a leak** When the event is sure to come: then `once` removes its listener in the end.
 */
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Listener of a wait that gave up',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['sindresorhus/p-event#9'],
  hints: [
    'One instance never reports. What is left of the wait for it?',
    'The timer wins the race; who tells the emitter?',
    '`once(emitter, name, { signal })` removes its listeners when the signal aborts.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Instances report here for as long as the process lives. */
const registry = new EventEmitter();

function healthy(instance: string): Promise<string> {
  return new Promise((resolve) => {
    registry.once(`healthy ${instance}`, () => resolve('healthy')); // LEAK: listener x2
  });
}

async function waitFor(instance: string, limit: number): Promise<string> {
  return Promise.race([healthy(instance), sleep(limit, 'silent')]);
}

export async function run(): Promise<Outcome> {
  const waiting = ['web-1', 'web-2', 'web-3'].map((instance) => waitFor(instance, 5));
  registry.emit('healthy web-1');
  return { states: await Promise.all(waiting) };
}
