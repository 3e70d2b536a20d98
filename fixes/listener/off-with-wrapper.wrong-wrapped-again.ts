/**
 * Tried: `off` wraps the handler in the same way before it removes it.
 *
 * **Still leaks because** each call makes a new wrapper, which is not on the channel.
 */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

type Handler = (message: string) => void;

/** The host's messages, for as long as the window is open. */
const channel = new EventEmitter();

/** A bridge that keeps the host's event object from the page. */
const bridge = {
  on(name: string, handler: Handler): void {
    channel.on(name, (_event: object, message: string) => handler(message)); // LEAK: listener x2
  },
  off(name: string, handler: Handler): void {
    // TRIED: wrapped as it was added
    channel.off(name, (_event: object, message: string) => handler(message));
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
