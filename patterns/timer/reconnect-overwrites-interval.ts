/**
 * A price feed starts an interval with every connection, so each reconnect loses the handle of the one before.
 *
 * **What leaks** One `setInterval` for each lost connection.
 *
 * **Why it survives** There is one field for the interval and `connect()` assigns it anew. The older intervals stay in the list of active timers and hold the feed, and no other reference is left by which they could be cleared.
 *
 * **How it shows up** After an outage with a dozen attempts a dozen equal intervals prune the same map; the process does not exit although `quit()` was called. Without an outage nothing shows.
 *
 * **How to fix** Clear the interval that may be set before the next is started.
 *
 * **When this is not a leak** If the `close` listener clears the interval too, each connection ends its own.
 */
import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Interval overwritten by each reconnect',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['redis/ioredis#1244'],
  hints: [
    'How often does connect() run in the life of one feed?',
    'quit() clears one interval. How many were started?',
    'Clear the old interval in connect() before the new one takes its place.',
  ],
  node: '>=22',
} satisfies Pattern;

class PriceFeed extends EventEmitter {
  readonly #port: number;
  readonly #prices = new Map<number, number>();
  #socket: Socket | undefined;
  #pruning: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #wanted = true;

  constructor(port: number) {
    super();
    this.#port = port;
  }

  connect(): void {
    this.#pruning = setInterval(() => this.#prune(), 60_000); // LEAK: timer x3
    this.#socket = connect(this.#port, '127.0.0.1');
    this.#socket.setEncoding('utf8').on('data', (line: string) => {
      this.#prices.set(Number(line), Date.now());
      this.emit('price', Number(line));
    });
    // An error is always followed by 'close'.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      if (this.#wanted) this.#retry = setTimeout(() => this.connect(), 1);
    });
  }

  #prune(): void {
    for (const [price, seen] of this.#prices) if (seen < Date.now() - 60_000) this.#prices.delete(price);
  }

  async quit(): Promise<void> {
    this.#wanted = false;
    clearInterval(this.#pruning);
    clearTimeout(this.#retry);
    if (this.#socket?.closed === false) await once(this.#socket.end(), 'close');
  }
}

export async function run(): Promise<Outcome> {
  let accepted = 0;
  const exchange = createServer((socket) => {
    accepted += 1;
    socket.write(String(100 + accepted));
    if (accepted <= 3) socket.end();
  });
  exchange.listen(0, '127.0.0.1');
  await once(exchange, 'listening');
  const { port } = exchange.address() as AddressInfo;

  const prices: number[] = [];
  const feed = new PriceFeed(port);
  feed.on('price', (price: number) => prices.push(price));
  feed.connect();
  while (prices.length < 4) await once(feed, 'price');

  await feed.quit();
  exchange.close();
  await once(exchange, 'close');
  return { prices, accepted };
}
