/** Fixed: the search stops waiting when the page has returned. */
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

const titles = ['Walden', 'Waverley', 'War and Peace', 'Watership Down'];

async function search(prefix: string, hits: Channel<string>, signal: AbortSignal): Promise<void> {
  for (const title of titles) {
    if (signal.aborted) return;
    // FIX: a send without a receiver ends with the signal
    if (title.startsWith(prefix)) await Promise.race([hits.send(title), aborted(signal)]);
  }
  hits.close();
}

// FIX: settles when the page has returned
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function firstPage(prefix: string, size: number): Promise<readonly string[]> {
  const left = new AbortController();
  const hits = new Channel<string>();
  void search(prefix, hits, left.signal);
  const page: string[] = [];
  for await (const hit of hits) {
    page.push(hit);
    if (page.length === size) break;
  }
  left.abort();
  return page;
}

export async function run(): Promise<Outcome> {
  return { page: await firstPage('Wa', 2), whole: await firstPage('Wav', 2) };
}
