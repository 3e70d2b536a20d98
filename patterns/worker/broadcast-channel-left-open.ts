/**
 * A cache tells the other threads of each key that has changed, over a broadcast channel that it opens for that.
 *
 * **What leaks** One `BroadcastChannel` for each change.
 *
 * **Why it survives** A broadcast channel listens from its making on, and keeps the loop alive until it is closed.
 * Nothing closes it but `close()`; that it is out of scope changes nothing.
 *
 * **How it shows up** A script that changes one key never exits; a server gets slower, as each message is copied to
 * every channel.
 *
 * **How to fix** Close the channel when the message is posted, or keep one for all of them.
 *
 * **When this is not a leak** When one channel lives as long as the process and is unref'd.
 */
import { BroadcastChannel } from 'node:worker_threads';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Broadcast channel that is opened for one message',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['mswjs/msw#2196'],
  hints: [
    'What keeps a script alive that has posted a message?',
    'A channel that only posts listens all the same.',
    'Call `close()` after `postMessage()`; what was posted is still delivered.',
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

/** What another thread would hear. */
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
