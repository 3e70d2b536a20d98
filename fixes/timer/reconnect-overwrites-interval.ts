/** Fixed: a connection clears the interval of the connection before it, so that at most one exists, and quit() knows it. */
import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Outcome } from '../../lab/contract.ts';

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
    clearInterval(this.#pruning); // FIX: clear the previous connection's interval
    this.#pruning = setInterval(() => this.#prune(), 60_000);
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
