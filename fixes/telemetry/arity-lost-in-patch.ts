/** Fixed: the patch passes on what it was given. */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

let removals = 0;

class TracedEmitter extends EventEmitter {
  override removeAllListeners(...name: [] | [string]): this {
    // FIX: none is none
    removals++;
    return super.removeAllListeners(...name); // FIX: exactly as given
  }
}

/** Tells all that happens in this process. */
const hub = new TracedEmitter();

function watchDownload(): string[] {
  const seen: string[] = [];
  hub.on('progress', (part: string) => seen.push(part));
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
