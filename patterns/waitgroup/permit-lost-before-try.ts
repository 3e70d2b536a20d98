/**
 * A print shop takes a press, checks for cancellation,
 * and only then enters the block that releases the press.
 *
 * **What leaks** The permit of a cancelled order, and
 * with it every order that later queues for the press.
 *
 * **Why it survives** The check throws between `enter()` and `try`, so the `finally` that
 * releases the press never runs. The press counts as taken, though its holder is gone.
 *
 * **How it shows up** Throughput falls by one press per cancellation, until
 * nothing is printed any more. There is no error, no load and no log line.
 *
 * **How to fix** Let the first statement after the acquisition be the `try`, and do everything else inside
 * it.
 *
 * **When this is not a leak** If the check stands before `enter()`, there is nothing to release yet.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Permit lost just before the try block',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['Effect-TS/effect#6910'],
  hints: [
    'Cancel an order right after it was placed, then place others.',
    'Follow the permit of the cancelled order: what would give it back?',
    '`throwIfAborted` throws after `enter()` and before the `try` whose `finally` calls `leave()`.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Gate {
  enter(): Promise<void>;
  leave(): void;
}

/** Lets `size` holders in at a time; the others queue in order of arrival. */
function createGate(size: number): Gate {
  const queue: (() => void)[] = [];
  let free = size;
  return {
    enter() {
      if (free === 0) return new Promise((resolve) => queue.push(resolve)); // ALSO
      free -= 1;
      return Promise.resolve();
    },
    leave() {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    },
  };
}

async function* print(press: Gate, sheets: readonly string[], signal?: AbortSignal): AsyncGenerator<string> {
  for (const sheet of sheets) {
    await press.enter(); // LEAK: await x3
    signal?.throwIfAborted();
    try {
      yield `${sheet} printed`;
    } finally {
      press.leave();
    }
  }
}

async function fulfil(press: Gate, sheets: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const delivered: string[] = [];
  for await (const sheet of print(press, sheets, signal)) delivered.push(sheet);
  return delivered;
}

export async function run(): Promise<Outcome> {
  const press = createGate(1);
  const [menu, poster] = await Promise.all([fulfil(press, ['cover', 'index']), fulfil(press, ['poster'])]);
  const customer = new AbortController();
  const cancelled = fulfil(press, ['leaflet'], customer.signal).catch((error: Error) => error.name);
  customer.abort();
  const outcome = { menu, poster, cancelled: await cancelled };
  for (const order of ['map', 'ticket', 'programme']) void fulfil(press, [order]);
  return outcome;
}
