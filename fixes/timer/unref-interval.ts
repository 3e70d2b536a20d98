/** Fixed: the pool sweeps when its last user has gone, and a sweep that leaves no channel stops the interval. */
import type { Outcome } from '../../lab/contract.ts';

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
    // FIX: the last user has gone
    if ([...this.#channels.values()].every(({ users }) => users === 0)) this.#sweep();
  }

  #startSweeping(): void {
    if (this.#sweeping !== undefined) return;
    this.#sweeping = setInterval(() => this.#sweep(), 10_000);
    this.#sweeping.unref();
  }

  #sweep(): void {
    for (const [target, { users }] of this.#channels) if (users === 0) this.#channels.delete(target);
    if (this.#channels.size > 0) return; // FIX: nothing left to sweep
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
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
