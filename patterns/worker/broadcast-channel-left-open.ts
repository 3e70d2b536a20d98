/**
 * A cache notifies the other threads of each changed key, over a broadcast channel that it opens for each message.
 *
 * **What leaks** One `BroadcastChannel` for each change.
 *
 * **Why it survives** A broadcast channel listens as soon as it is made, and keeps the event loop alive until it is
 * closed. Only `close()` closes the channel; going out of scope does not.
 *
 * **How it shows up** A script that changes one key never exits; a server gets slower, because each message is copied
 * to every channel.
 *
 * **How to fix** Close the channel when the message is posted, or keep one channel for all messages.
 *
 * **When this is not a leak** When one channel lives as long as the process and is unref'd.
 */
import { BroadcastChannel } from 'node:worker_threads';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Broadcast channel never closed',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['mswjs/msw#2196'],
  hints: [
    'A script has posted its message. What keeps it alive?',
    'A channel that only posts also listens.',
    'Call `close()` after `postMessage()`; the posted message is still delivered.',
  ],
  node: '>=22',
} satisfies Pattern;

class SharedCache {
  readonly #entries = new Map<string, string>();

  set(key: string, value: string): void {
    this.#entries.set(key, value);
    const others = new BroadcastChannel('cache'); // LEAK: port x2
    others.postMessage(key);
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
