/** Fixed: the signal of the wait removes its listener at the time-out. */
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

/** The registry that all instances report to, for as long as the process lives. */
const registry = new EventEmitter();

async function healthy(instance: string, signal: AbortSignal): Promise<string> {
  // FIX: the signal removes the listener
  await once(registry, `healthy ${instance}`, { signal });
  return 'healthy';
}

async function waitFor(instance: string, limit: number): Promise<string> {
  const over = new AbortController(); // FIX: aborted when the race is over
  const report = healthy(instance, over.signal).catch(() => 'silent');
  const state = await Promise.race([report, sleep(limit, 'silent')]);
  over.abort();
  return state;
}

export async function run(): Promise<Outcome> {
  const waiting = ['web-1', 'web-2', 'web-3'].map((instance) => waitFor(instance, 5));
  registry.emit('healthy web-1');
  return { states: await Promise.all(waiting) };
}
