import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { leftBy, only, placesIn } from '../../fixtures/left-by.ts';
import { makePackage } from '../../fixtures/make-package.ts';

const at = placesIn(import.meta.filename);

interface Relay {
  serve(): Promise<{ port: number; close(): Promise<void> }>;
  stop(): void;
}

const relay = `
import { createServer } from 'node:net';
import { once } from 'node:events';
const timers = [];
export async function serve() {
  const server = createServer((socket) => {
    socket.once('data', () => {
      timers.push(setTimeout(() => {}, 60_000));
      socket.end('done');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}
export const stop = () => timers.forEach(clearTimeout);
`;

test('what a package sets for a connection of its server has the line that started the server', async () => {
  const { serve, stop } = await makePackage<Relay>('shop-relay', relay);
  async function visit(): Promise<void> {
    const server = await serve(); // here: started
    const client = connect(server.port, '127.0.0.1');
    client.write('order');
    client.resume();
    await once(client, 'close');
    await server.close();
  }
  const report = await leftBy(visit);
  stop();
  expect(report).toEqual(only({ kind: 'timer', type: 'Timeout', at: at('started', 'visit') }));
});
