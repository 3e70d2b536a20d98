/** Fixed: the check stands inside the `try`, so that a cancelled order releases the press like any other. */
import type { Outcome } from '../../lab/contract.ts';

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
      if (free === 0) return new Promise((resolve) => queue.push(resolve));
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
    await press.enter();
    // FIX: nothing between enter() and try
    try {
      signal?.throwIfAborted(); // FIX: a cancelled order leaves through finally
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
