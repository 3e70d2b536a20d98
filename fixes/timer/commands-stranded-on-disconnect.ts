/** Fixed: disconnecting rejects every command in flight and clears its timer, because no reply can do so any more. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

interface Command {
  readonly timer: NodeJS.Timeout;
  readonly resolve: (reply: string) => void;
  readonly reject: (error: Error) => void;
}

class CacheClient {
  readonly #socket: Socket;
  readonly #inFlight: Command[] = [];
  #partial = '';

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = `${this.#partial}${chunk}`.split('\n');
      this.#partial = lines.pop() ?? '';
      for (const line of lines) this.#reply(line);
    });
  }

  send(command: string, limit = 30_000): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(() => reject(new Error(`${command}: timed out`)), limit);
    this.#inFlight.push({ timer, resolve, reject });
    this.#socket.write(`${command}\n`);
    return promise;
  }

  #reply(line: string): void {
    const command = this.#inFlight.shift();
    clearTimeout(command?.timer);
    command?.resolve(line);
  }

  async disconnect(): Promise<void> {
    this.#socket.destroy();
    await once(this.#socket, 'close');
    // FIX: no reply will come for these
    for (const { timer, reject } of this.#inFlight.splice(0)) {
      clearTimeout(timer);
      reject(new Error('disconnected'));
    }
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const cache = new CacheClient(lab.upstream.echo);
  const replica = new CacheClient(lab.upstream.silent);
  const pong = await cache.send('PING');
  const late = await replica.send('PING', 5).catch((error: Error) => error.message);

  // Warming up only helps later requests, so the start does not wait for it.
  for (const key of ['prices', 'stock', 'offers']) cache.send(`GET ${key}`).catch(() => {});

  await Promise.all([cache.disconnect(), replica.disconnect()]);
  return { pong, late };
}
