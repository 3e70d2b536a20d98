/**
 * A rate limiter sets an hour-long timer in the middle of a request, and the timer keeps the context of that
 * request.
 *
 * **What leaks** A timer for each visitor, and with it the whole request.
 *
 * **Why it survives** Each timer that is set inside `run` keeps the store, so that its callback finds the store
 * again. The timer is unref'd and does little, but holds the request for an hour.
 *
 * **How it shows up** Heap snapshots show requests that were answered long ago, held by `Timeout`. The code of the
 * limiter mentions no request.
 *
 * **How to fix** Set one timer for all visitors, outside of any request.
 *
 * **When this is not a leak** When the timer ends about as soon as the request.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Timer keeps the request that set it',
  stage: 'unit',
  grows: ['handles', 'heap'],
  leaves: 'retained',
  seenThrough: 'unref handle',
  seenIn: ['unjs/unctx#125'],
  hints: [
    'What does a timer need to call its callback in the right context?',
    'A timer that is set inside `run` keeps the store.',
    'Set one timer at module level that resets all counts.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Request {
  readonly visitor: string;
  readonly body: Uint8Array;
}

const current = new AsyncLocalStorage<Request>();
const hour = 3_600_000;
const counts = new Map<string, number>();

function countVisit(visitor: string): number {
  const count = (counts.get(visitor) ?? 0) + 1;
  counts.set(visitor, count);
  if (count === 1) setTimeout(() => counts.delete(visitor), hour).unref(); // LEAK: timer x2
  return count;
}

function handle(visitor: string): Promise<number> {
  const request = { visitor, body: new Uint8Array(16_384) };
  return current.run(request, async () => countVisit(current.getStore()?.visitor ?? ''));
}

let visitors = 0;

export async function run(): Promise<Outcome> {
  const [one, other] = [`visitor ${++visitors}`, `visitor ${++visitors}`];
  return { counts: [await handle(one), await handle(one), await handle(other)] };
}
