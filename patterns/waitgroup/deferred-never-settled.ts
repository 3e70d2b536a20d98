/**
 * A shop reserves articles over one connection to its warehouse,
 * and forgets open requests when the connection breaks.
 *
 * **What leaks** The basket that waits for its articles:
 * one `Promise.all` over replies that will never come.
 *
 * **Why it survives** Only an incoming line settles a request. The end of the connection settles
 * none, and the module's routing map keeps each resolver for a reply that cannot arrive any more.
 *
 * **How it shows up** After each brief network failure some checkouts hang for ever,
 * and the map grows with them. New connections work, so the shop looks healthy.
 *
 * **How to fix** When the connection closes, reject every request that was made over it and drop its entry.
 *
 * **When this is not a leak** If open requests are repeated over the next connection, they are only late.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Replies never settled after disconnect',
  stage: 'integration',
  grows: ['stalls'],
  leaves: 'retained',
  seenThrough: 'promise',
  seenIn: ['nestjs/nest#10286'],
  hints: [
    'Break the connection while requests are open, and look at what the module still holds.',
    'Find every place that takes an entry out of the routing map.',
    'Nothing happens on `close`: the open requests of that socket are neither rejected nor removed.',
  ],
  node: '>=22',
} satisfies Pattern;

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
  return socket;
}

/** Resolves when the warehouse repeats the line to confirm that the article is set aside. */
function reserve(socket: Socket, article: string): Promise<string> {
  const request: Request = { id: (requests += 1), article };
  socket.write(`${JSON.stringify(request)}\n`);
  const { promise, resolve, reject } = Promise.withResolvers<string>(); // ALSO
  routes.set(request.id, { socket, resolve, reject });
  return promise;
}

async function reserveAll(socket: Socket, articles: readonly string[]): Promise<string> {
  const reserved = await Promise.all(articles.map((article) => reserve(socket, article))); // LEAK: await
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
