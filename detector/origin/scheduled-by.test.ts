import { once } from 'node:events';
import { get, type ClientRequest } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { doNothing, leftBy, only, placesIn } from '../fixtures/left-by.ts';
import { makePackage } from '../fixtures/make-package.ts';

const at = placesIn(import.meta.filename);

interface Feed {
  subscribe(port: number): { stop(): void; readonly ready: Promise<unknown> };
  rounds(count: number): Promise<() => void>;
}

const source = `import { once } from 'node:events';
import { connect } from 'node:net';
export function subscribe(port) {
  let keepAlive;
  const socket = connect(port, '127.0.0.1');
  const ready = new Promise((resolve) => {
    socket.once('data', () => {
      socket.destroy();
      keepAlive = setInterval(() => {}, 60_000);
      resolve();
    });
  });
  return { ready, stop: () => clearInterval(keepAlive) };
}
export async function rounds(count) {
  for (let round = 0; round < count; round += 1) await null;
  const timer = setInterval(() => {}, 60_000);
  return () => clearInterval(timer);
}
`;

test('what a package sets up in the callback of a socket belongs to the call that opened the socket', async () => {
  const { subscribe } = await makePackage<Feed>('shop-feed', source);
  const server = createServer((socket) => void socket.end('welcome')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  async function follow(): Promise<void> {
    const feed = subscribe(port); // here: subscribe
    await feed.ready;
    onTestFinished(feed.stop);
  }
  expect(await leftBy(follow)).toEqual(
    only({ kind: 'timer', type: 'Timeout', at: at('subscribe', 'follow') }),
  );
});

test("a package's long way to what it opens ends at the call of the program that began it", async () => {
  const { rounds } = await makePackage<Feed>('shop-rounds', source);
  async function start(): Promise<void> {
    for (let round = 0; round < 20; round += 1) await Promise.resolve();
    onTestFinished(await rounds(50)); // here: rounds
  }
  expect(await leftBy(start)).toEqual(only({ kind: 'timer', type: 'Timeout', at: at('rounds', 'start') }));
});

test("the stack of a request's socket holds nothing that the program has dropped", async () => {
  const server = createServer(doNothing).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const requests: ClientRequest[] = [];
  // not where the request is made: vitest takes a stack, and would hold what stands on it
  onTestFinished(() => {
    for (const request of requests) request.destroy();
    server.close();
  });
  async function waitForReply(reply: Promise<void>): Promise<void> {
    await reply; // here: reply
  }
  function askOnce(): void {
    const { promise, resolve } = Promise.withResolvers<void>(); // here: made
    function ask(): void {
      const request = get({ port, host: '127.0.0.1', agent: false }); // here: get
      requests.push(request.on('error', doNothing));
      if (request.destroyed) resolve();
    }
    ask();
    void waitForReply(promise);
  }
  expect(await leftBy(askOnce)).toEqual(
    only(
      { kind: 'request', type: 'ClientRequest', at: at('get', 'ask') },
      {
        kind: 'await',
        type: 'async function',
        evidence: 'unreachable',
        at: at('reply', 'waitForReply'),
        related: [at('made', 'askOnce')],
      },
    ),
  );
});
