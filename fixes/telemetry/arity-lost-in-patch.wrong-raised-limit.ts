/**
 * Tried: the listener limit is raised.
 *
 * **Still leaks because** the limit only decides when Node warns, and no listener is removed.
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

/** The hub of all events in this process. */
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
