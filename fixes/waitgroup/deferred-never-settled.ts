/** Fixed: a connection that closes rejects the requests made over it and removes them from the map. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Lab, Outcome } from '../../lab/contract.ts';

interface Request {
  readonly id: number;
  readonly article: string;
}

interface Route {
  readonly socket: Socket;
  readonly resolve: (article: string) => void;
  readonly reject: (reason: Error) => void;
}

const routes = new Map<number, Route>();
let requests = 0;

function openWarehouse(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined); // `close` follows
  const lines = createInterface({ input: socket });
  lines.on('error', () => undefined); // the same error again
  lines.on('line', (line) => {
    const { id, article }: Request = JSON.parse(line);
    routes.get(id)?.resolve(article);
    routes.delete(id);
  });
  // FIX: reject what waits for this connection
  socket.once('close', () => {
    for (const [id, route] of routes) {
      if (route.socket !== socket) continue;
      route.reject(new Error('connection closed'));
      routes.delete(id);
    }
  });
  return socket;
}

/** Resolves when the warehouse repeats the line to confirm that the article is set aside. */
function reserve(socket: Socket, article: string): Promise<string> {
  const request: Request = { id: (requests += 1), article };
  socket.write(`${JSON.stringify(request)}\n`);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  routes.set(request.id, { socket, resolve, reject });
  return promise;
}

async function reserveAll(socket: Socket, articles: readonly string[]): Promise<string> {
  const reserved = await Promise.all(articles.map((article) => reserve(socket, article)));
  return reserved.join(', ');
}

export async function run(lab: Lab): Promise<Outcome> {
  const steady = openWarehouse(lab.upstream.echo);
  const basket = await reserveAll(steady, ['bread', 'milk', 'figs']);
  steady.end();
  await once(steady, 'close');
  const shaky = openWarehouse(lab.upstream.resets);
  const broken = new Promise<boolean>((resolve) => shaky.once('close', resolve));
  // The shop tells its customer to try again.
  void reserveAll(shaky, ['bread', 'milk']).catch(() => 'try again');
  return { basket, broken: await broken };
}
