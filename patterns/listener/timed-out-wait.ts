/**
 * A deployment waits a moment for each instance to report that it is healthy, and goes on without the silent ones.
 *
 * **What leaks** The listener of each wait that ran into its time-out.
 *
 * **Why it survives** The race is over when the timer wins, but nothing removes the listener. It stays until the
 * instance reports, which a dead instance never does.
 *
 * **How it shows up** `MaxListenersExceededWarning` on the registry in the middle of an outage; afterwards each late
 * report runs callbacks of deployments that ended long ago.
 *
 * **How to fix** Give the wait a signal that removes the listener at the time-out.
 *
 * **When this is not a leak** When the event is sure to come, so that `once` removes its listener in the end.
 */
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Listener kept after the wait timed out',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['sindresorhus/p-event#9'],
  hints: [
    'One instance never reports. What remains of the wait for it?',
    'The timer wins the race. What removes the listener?',
    '`once(emitter, name, { signal })` removes its listeners when the signal aborts.',
  ],
  node: '>=22',
} satisfies Pattern;

/** The registry that all instances report to, for as long as the process lives. */
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
