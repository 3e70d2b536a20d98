/**
 * A cache client gives every command a time limit that ends with the reply, and disconnects before the replies have come.
 *
 * **What leaks** The `setTimeout` of each command in flight, with the promise its caller got.
 *
 * **Why it survives** Only a reply clears the timer, and after `disconnect()` no reply can come. The list of active timers holds it for the full half minute, and until then the caller's promise stays pending.
 *
 * **How it shows up** A cloud function has answered and is billed for the whole time limit; a test suite waits thirty seconds after its last test. Later a timeout is reported for a server that the client has long disconnected from.
 *
 * **How to fix** On disconnect clear the timers of all commands in flight and reject them, so that their callers learn of it at once.
 *
 * **When this is not a leak** A client that ends the connection in good order, after the last reply, has no command in flight.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Command timeouts still running after disconnect',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['redis/ioredis#1535'],
  hints: [
    'Which commands have no reply when the client disconnects?',
    'The timers are cleared in one place. Can it still be reached after disconnect()?',
    'Empty the list of commands in flight in disconnect(): clear each timer, reject each promise.',
  ],
  node: '>=22',
} satisfies Pattern;

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
    const timer = setTimeout(() => reject(new Error(`${command}: timed out`)), limit); // LEAK: timer x3
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
