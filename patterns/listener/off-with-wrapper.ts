/**
 * A bridge between a window and its host wraps each handler, and a panel that is closed asks it to forget the
 * handler again.
 *
 * **What leaks** One wrapper on the channel for each time the panel was opened.
 *
 * **Why it survives** `on` adds a new function around the handler. `off` is given the handler itself, finds it
 * nowhere, and says nothing.
 *
 * **How it shows up** After the panel was opened ten times, each message from the host is handled ten times.
 *
 * **How to fix** Keep the wrapper of each handler, and take that one off; or let `on` return a function that does.
 *
 * **When this is not a leak** When the handler itself is added: then `off` finds it.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Listener that was added in a wrapper and removed without it',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['electron-vite/electron-vite-vue#532'],
  hints: [
    'Which function is on the channel after `on`, and which is given to `off`?',
    '`off` of a function that was never added does nothing, and does not say so.',
    'Keep a map from handler to wrapper, or return the way to take it off from `on`.',
  ],
  node: '>=22',
} satisfies Pattern;

type Handler = (message: string) => void;

/** What the host sends, for as long as the window is open. */
const channel = new EventEmitter();

/** Keeps the host's own event object from the page. */
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
