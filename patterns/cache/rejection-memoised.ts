/**
 * A configuration is loaded once for each tenant, on the first request, and later requests await the same promise.
 *
 * **What leaks** One entry for each tenant whose load failed, with the error and its whole answer.
 *
 * **Why it survives** The promise is stored before it settles. A rejected promise stays like any other; nothing tries
 * again, and nothing removes the entry.
 *
 * **How it shows up** After a short outage the tenants that were active then fail until the next restart, and their
 * errors fill the heap.
 *
 * **How to fix** Delete the entry when its promise rejects.
 *
 * **When this is not a leak** When a failure is final and the keys are few.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Rejected promise kept in the cache',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['PrairieLearn/PrairieLearn#5182'],
  hints: [
    'The first load fails. What does the second caller get?',
    'A promise is stored before it is settled.',
    'Delete the entry in a `catch` on the promise.',
  ],
  node: '>=22',
} satisfies Pattern;

class LoadError extends Error {
  /** The answer that came instead of a configuration. */
  readonly body = Buffer.alloc(16_384, 'x').toString();
}

const loading = new Map<string, Promise<string>>();

async function load(tenant: string): Promise<string> {
  if (tenant.startsWith('gone')) throw new LoadError(`no configuration of ${tenant}`);
  return `theme of ${tenant}`;
}

function configurationOf(tenant: string): Promise<string> {
  const known = loading.get(tenant);
  if (known) return known;
  const promise = load(tenant);
  loading.set(tenant, promise); // LEAK: memory
  return promise;
}

let outages = 0;

export async function run(): Promise<Outcome> {
  const theme = await configurationOf('acme');
  const problem = await configurationOf(`gone ${++outages}`).catch((error: Error) => error.name);
  return { theme, problem };
}
