/**
 * A search sends its hits to a page that shows the first two and returns.
 *
 * **What leaks** The search, suspended at the third hit.
 *
 * **Why it survives** The page stops receiving and does not tell the search. The search waits at its next `send`, and
 * keeps the index that it reads from.
 *
 * **How it shows up** Every search with more hits than fit on the page leaves one suspended search behind.
 *
 * **How to fix** Stop the producer: give it a signal to check before each send and while it waits.
 *
 * **When this is not a leak** When the receiver reads to the end.
 */
import { Channel } from './channel.ts';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Producer not stopped when its consumer stops',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['docker-archive/docker-registry#766'],
  hints: [
    'The page has two hits. What does the search do with the third?',
    'How could the search learn that the page has returned?',
    'Abort a signal when the page returns, and race the send against it.',
  ],
  node: '>=22',
} satisfies Pattern;

const titles = ['Walden', 'Waverley', 'War and Peace', 'Watership Down'];

async function search(prefix: string, hits: Channel<string>, signal: AbortSignal): Promise<void> {
  for (const title of titles) {
    if (signal.aborted) return;
    if (title.startsWith(prefix)) await hits.send(title); // LEAK: await
  }
  hits.close();
}

async function firstPage(prefix: string, size: number): Promise<readonly string[]> {
  const left = new AbortController();
  const hits = new Channel<string>(); // ALSO
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
