/** Fixed: the pause between two polls takes the signal, so the abort ends it with or without news. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

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
    await pause(watch.everyMs, undefined, { signal: watch.signal }); // FIX: ends when the page is closed
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
