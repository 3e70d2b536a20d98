/**
 * A server reads its settings again whenever they change, and swaps the handler of the bus.
 *
 * **Looks like a leak** A listener is added on a bus at module level for every reload, and the one that stays is
 * never removed.
 *
 * **Is none because** Each reload takes the handler of the last one off; one listener stays at most, and it is taken
 * off when the server stops.
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
