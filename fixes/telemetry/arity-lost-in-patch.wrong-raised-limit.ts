/**
 * Tried: the limit of listeners is raised.
 *
 * **Still leaks because** it says when to warn, and the listeners are there as before.
 */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

let removals = 0;

class TracedEmitter extends EventEmitter {
  override removeAllListeners(name?: string): this {
    removals++;
    return super.removeAllListeners(name);
  }
}

/** Tells all that happens in this process. */
const hub = new TracedEmitter();
hub.setMaxListeners(1000); // TRIED: no warning

function watchDownload(): string[] {
  const seen: string[] = [];
  hub.on('progress', (part: string) => seen.push(part)); // LEAK: listener
  hub.emit('progress', 'half');
  hub.emit('progress', 'whole');
  return seen;
}

export async function run(): Promise<Outcome> {
  const before = removals;
  const seen = watchDownload();
  hub.removeAllListeners();
  return { seen, removals: removals - before };
}
