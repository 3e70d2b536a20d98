/**
 * A server reads its settings again whenever they change, and swaps the handler of the bus.
 *
 * **Looks like a leak** A listener is added to a bus at module level for every reload, and the last one seems never
 * to be removed.
 *
 * **Is none because** Each reload removes the previous handler; at most one listener stays, and it is removed when
 * the server stops.
 */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

const bus = new EventEmitter();

function createServer(): { seen: string[]; reload(prefix: string): void; stop(): void } {
  const seen: string[] = [];
  let handle: ((topic: string) => void) | undefined;
  const stop = (): void => {
    if (handle) bus.off('topic', handle);
    handle = undefined;
  };
  return {
    seen,
    stop,
    reload: (prefix) => {
      stop();
      handle = (topic) => seen.push(`${prefix}${topic}`);
      bus.on('topic', handle);
    },
  };
}

export async function run(): Promise<Outcome> {
  const server = createServer();
  for (const prefix of ['a/', 'b/', 'c/']) {
    server.reload(prefix);
    bus.emit('topic', prefix.length === 2 ? 'new' : 'old');
  }
  server.stop();
  bus.emit('topic', 'unheard');
  return { seen: server.seen };
}
