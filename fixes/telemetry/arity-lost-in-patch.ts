/** Fixed: the patch passes on exactly the given arguments. */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

let removals = 0;

class TracedEmitter extends EventEmitter {
  override removeAllListeners(...name: [] | [string]): this {
    // FIX: no argument stays no argument
    removals++;
    return super.removeAllListeners(...name); // FIX: the given arguments
  }
}

/** The hub of all events in this process. */
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
