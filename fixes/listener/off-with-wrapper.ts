/** Fixed: the bridge remembers the wrapper of each handler and removes it. */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

type Handler = (message: string) => void;

/** The host's messages, for as long as the window is open. */
const channel = new EventEmitter();

const wrappers = new WeakMap<Handler, (event: object, message: string) => void>(); // FIX: by handler

/** A bridge that keeps the host's event object from the page. */
const bridge = {
  on(name: string, handler: Handler): void {
    // FIX: remembers the wrapper
    const wrapper = (_event: object, message: string): void => handler(message);
    wrappers.set(handler, wrapper);
    channel.on(name, wrapper);
  },
  off(name: string, handler: Handler): void {
    channel.off(name, wrappers.get(handler) ?? handler); // FIX: removes what was added
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
