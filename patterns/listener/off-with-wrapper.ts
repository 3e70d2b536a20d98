/**
 * A bridge between a window and its host wraps each handler, and a panel that closes asks the bridge to remove its
 * handler.
 *
 * **What leaks** One wrapper on the channel each time the panel was opened.
 *
 * **Why it survives** `on` adds a new function around the handler. `off` gets the handler itself, does not find it,
 * and reports nothing.
 *
 * **How it shows up** After the panel was opened ten times, each message from the host is handled ten times.
 *
 * **How to fix** Remember the wrapper of each handler and remove that; or let `on` return a function that removes it.
 *
 * **When this is not a leak** When the handler itself is added, so that `off` finds it.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Listener added wrapped, removed unwrapped',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['electron-vite/electron-vite-vue#532'],
  hints: [
    'Which function does `on` put on the channel, and which one does `off` get?',
    '`off` silently ignores a function that was never added.',
    'Keep a map from handler to wrapper, or let `on` return a function that removes the listener.',
  ],
  node: '>=22',
} satisfies Pattern;

type Handler = (message: string) => void;

/** The host's messages, for as long as the window is open. */
const channel = new EventEmitter();

/** A bridge that keeps the host's event object from the page. */
const bridge = {
  on(name: string, handler: Handler): void {
    channel.on(name, (_event: object, message: string) => handler(message)); // LEAK: listener x2
  },
  off(name: string, handler: Handler): void {
    channel.off(name, handler);
  },
};

function openPanel(): { seen: readonly string[]; close: () => void } {
  const seen: string[] = [];
  const show: Handler = (message) => seen.push(message);
  bridge.on('progress', show);
  return { seen, close: () => bridge.off('progress', show) };
}

export async function run(): Promise<Outcome> {
  const first = openPanel();
  channel.emit('progress', {}, '50%');
  first.close();
  const second = openPanel();
  channel.emit('progress', {}, '100%');
  second.close();
  return { first: first.seen.slice(0, 1), second: second.seen };
}
