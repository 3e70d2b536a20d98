/** Fixed: the channel is closed when the message is on its way. */
import { BroadcastChannel } from 'node:worker_threads';
import type { Outcome } from '../../lab/contract.ts';

class SharedCache {
  readonly #entries = new Map<string, string>();

  set(key: string, value: string): void {
    this.#entries.set(key, value);
    const others = new BroadcastChannel('cache');
    others.postMessage(key);
    others.close(); // FIX: the posted message is still delivered
  }

  get(key: string): string | undefined {
    return this.#entries.get(key);
  }
}

/** Returns the message that another thread receives about a change. */
async function heard(change: () => void): Promise<string> {
  const channel = new BroadcastChannel('cache');
  const message = new Promise<unknown>((resolve) => {
    channel.onmessage = (event) => resolve((event as { data: unknown }).data);
  });
  change();
  const key = await message;
  channel.close();
  return String(key);
}

export async function run(): Promise<Outcome> {
  const cache = new SharedCache();
  const first = await heard(() => cache.set('theme', 'dark'));
  const second = await heard(() => cache.set('language', 'cy'));
  return { heard: [first, second], theme: cache.get('theme') ?? '' };
}
