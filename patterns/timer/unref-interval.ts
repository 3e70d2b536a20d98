/**
 * A pool sweeps its channels on an unref'd interval, which starts with the first channel and does not stop with the last.
 *
 * **What leaks** One unref'd `setInterval` for each pool, and through its callback the pool and the channels in it.
 *
 * **Why it survives** `unref()` only says that a timer need not keep the process alive. The timer stays in the list of active timers, fires as before, and holds everything its callback needs.
 *
 * **How it shows up** Not at exit: every script ends in time. A server that makes a pool per tenant or per test keeps them all, wakes up for each of them, and grows; tools that count what holds the loop show nothing.
 *
 * **How to fix** Sweep when the last user has released its channel, and stop the interval when the pool is empty; the next channel starts it again.
 *
 * **When this is not a leak** With one pool for the whole process, a single unref'd interval costs little and does not grow.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: "Unref'd interval of an unused pool",
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'unref handle',
  seenIn: ['grpc/grpc-node#1083'],
  hints: [
    'The process exits. Is the pool gone while it runs?',
    'unref() changes what a timer does to the process, not what it holds.',
    'Clear the interval once a sweep has left no channel.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Channel {
  readonly target: string;
  users: number;
}

class ChannelPool {
  readonly #channels = new Map<string, Channel>();
  #sweeping: NodeJS.Timeout | undefined;
  opened = 0;

  /** Returns the channel to a target; all users of a target share it. */
  acquire(target: string): Channel {
    let channel = this.#channels.get(target);
    if (channel === undefined) {
      channel = { target, users: 0 };
      this.#channels.set(target, channel);
      this.opened += 1;
      this.#startSweeping();
    }
    channel.users += 1;
    return channel;
  }

  release(channel: Channel): void {
    channel.users -= 1;
  }

  #startSweeping(): void {
    if (this.#sweeping !== undefined) return;
    this.#sweeping = setInterval(() => this.#sweep(), 10_000); // LEAK: timer
    this.#sweeping.unref();
  }

  #sweep(): void {
    for (const [target, { users }] of this.#channels) if (users === 0) this.#channels.delete(target);
  }
}

export async function run(): Promise<Outcome> {
  const pool = new ChannelPool();
  const ledger = pool.acquire('ledger:50051');
  const audit = pool.acquire('ledger:50051');
  const rates = pool.acquire('rates:50051');
  const shared = ledger === audit;

  for (const channel of [ledger, audit, rates]) pool.release(channel);
  return { opened: pool.opened, shared, users: ledger.users + rates.users };
}
