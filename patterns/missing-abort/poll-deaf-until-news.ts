/**
 * A deployment page polls for the state and checks its signal only when the state has changed.
 *
 * **What leaks** The timer of the next poll, again after every
 * poll, for each page that was left while nothing changed.
 *
 * **Why it survives** `signal.throwIfAborted()` stands in the body of the loop, and the body runs when the source
 * yields. A source without news never yields again, so the abort is never seen, and the source keeps polling.
 *
 * **How it shows up** The deployment service counts polls of pages that were closed long ago, most
 * of them for deployments that failed or hang, and a command-line tool does not exit after Ctrl+C.
 *
 * **How to fix** Pass the signal to the wait itself: here to the pause between two polls.
 *
 * **When this is not a leak** When the source is sure to yield
 * again soon or to end, the check in the body comes late but comes.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Abort seen only when the state changes',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node#64014'],
  hints: [
    'The page is closed and its signal aborted. Which line would notice?',
    'The body of a `for await` runs when a value is yielded. What if none is?',
    'Pass the signal to the pause, which rejects when it is aborted.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Watch {
  readonly askState: () => Promise<string>;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** Yields the state whenever it has changed. */
async function* changes(watch: Watch): AsyncGenerator<string> {
  let last = '';
  for (;;) {
    const state = await watch.askState();
    if (state !== last) yield state;
    last = state;
    await pause(watch.everyMs); // LEAK: timer
  }
}

/** Shows a deployment's states until it is live. */
async function follow(watch: Watch, show: (state: string) => void): Promise<void> {
  for await (const state of changes(watch)) {
    watch.signal.throwIfAborted();
    show(state);
    if (state === 'live') return;
  }
}

export async function run(): Promise<Outcome> {
  const states = ['queued', 'queued', 'building', 'live'];
  const shown: string[] = [];
  const { signal } = new AbortController();
  await follow({ askState: async () => states.shift() ?? 'live', everyMs: 1, signal }, (state) => {
    shown.push(state);
  });

  const page = new AbortController();
  const left = once(page.signal, 'abort').then(() => 'page left');
  const stuck = { askState: async () => 'queued', everyMs: 30_000, signal: page.signal };
  const followed = follow(stuck, (state) => {
    shown.push(state);
    // During the pause that follows.
    setImmediate(() => page.abort());
  });
  const ending = await Promise.race([left, followed.catch(() => left)]);
  return { shown, ending: ending ?? 'live' };
}
