/**
 * Tried: the listener removes itself when it is called, as `once` does already.
 *
 * **Still leaks because** the listener of a silent instance is never called, so it removes nothing.
 */
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

/** The registry that all instances report to, for as long as the process lives. */
const registry = new EventEmitter();

function healthy(instance: string): Promise<string> {
  return new Promise((resolve) => {
    // TRIED: the listener removes itself
    const report = (): void => {
      registry.off(`healthy ${instance}`, report);
      resolve('healthy');
    };
    registry.once(`healthy ${instance}`, report); // LEAK: listener x2
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
