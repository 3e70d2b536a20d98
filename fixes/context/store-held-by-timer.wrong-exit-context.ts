/**
 * Tried: the timer is set outside of the request's context.
 *
 * **Still leaks because** this frees the request, but each visitor of the hour still leaves a timer.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Outcome } from '../../lab/contract.ts';

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
  // TRIED: not in the request's context
  if (count === 1) current.exit(() => setTimeout(() => counts.delete(visitor), hour).unref()); // LEAK: timer x2
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
