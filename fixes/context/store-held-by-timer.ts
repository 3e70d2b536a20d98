/** Fixed: all counts are reset together after an hour, without a timer. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Outcome } from '../../lab/contract.ts';

interface Request {
  readonly visitor: string;
  readonly body: Uint8Array;
}

const current = new AsyncLocalStorage<Request>();
const hour = 3_600_000;
// FIX: the counts of one hour, without a timer
let counts = new Map<string, number>();
let begun = Date.now();

function countVisit(visitor: string): number {
  // FIX: a new hour begins with new counts
  if (counts.size > 1000 || Date.now() - begun > hour) {
    begun = Date.now();
    counts = new Map();
  }
  const count = (counts.get(visitor) ?? 0) + 1;
  counts.set(visitor, count);
  // FIX: the count is dropped with its hour
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
