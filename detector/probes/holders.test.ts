import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { leftBy, only, placesIn } from '../fixtures/left-by.ts';
import { makePackage } from '../fixtures/make-package.ts';

const at = placesIn(import.meta.filename);

interface Client {
  ask(port: number): Promise<void>;
  connect(port: number): Promise<void>;
  release(): void;
  close(): void;
}
interface Shop {
  Pool: new () => Client;
  createClient(): Client;
}

// a pool holds clients, and each holds its connection; nothing is opened before the first question
const source = `import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
class Client extends EventEmitter {
  async open(port) {
    this.connection = { stream: connect(port, '127.0.0.1') };
    await once(this.connection.stream, 'connect');
  }
}
export class Pool extends EventEmitter {
  clients = new Map();
  async ask(port) {
    const client = new Client();
    await client.open(port);
    this.clients.set(this.clients.size, client);
    this.idle = setTimeout(() => {}, 60_000);
  }
  async connect(port) {
    const client = new Client();
    await client.open(port);
    this.clients.set(this.clients.size, client);
  }
  release() {
    this.idle = setTimeout(() => {}, 60_000);
  }
  close() {
    clearTimeout(this.idle);
    for (const client of this.clients.values()) client.connection.stream.destroy();
  }
}
export function createClient() {
  return new Pool();
}
`;

let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

test('a socket that a pool opened on use is reported at the line that made the pool', async () => {
  const { Pool } = await makePackage<Shop>('shop-pool', source);
  async function startShop(): Promise<void> {
    const pool = new Pool(); // here: pool
    onTestFinished(() => pool.close());
    await pool.ask(port); // here: asked
  }
  expect(await leftBy(startShop)).toEqual(
    only({
      kind: 'socket',
      type: 'TCPWRAP',
      at: at('pool', 'startShop'),
      related: [at('asked', 'startShop')],
      detail: 'with 1 Timeout',
    }),
  );
});

test('so is a socket of a pool that a function of the package made; two pools are two findings', async () => {
  const { createClient } = await makePackage<Shop>('shop-client', source);
  async function startShops(): Promise<void> {
    for (let index = 0; index < 2; index += 1) {
      const client = createClient(); // here: client
      onTestFinished(() => client.close());
      await client.ask(port); // here: asked twice
    }
  }
  expect(await leftBy(startShops)).toEqual(
    only({
      kind: 'socket',
      type: 'TCPWRAP',
      count: 2,
      at: at('client', 'startShops'),
      related: [at('asked twice', 'startShops')],
      detail: 'with 2 Timeout',
    }),
  );
});

test('each client that the program asked the pool for is reported at that line', async () => {
  const { Pool } = await makePackage<Shop>('shop-lent', source);
  async function lend(): Promise<void> {
    const pool = new Pool(); // here: lending pool
    onTestFinished(() => pool.close());
    for (let index = 0; index < 2; index += 1) await pool.connect(port); // here: lent
  }
  expect(await leftBy(lend)).toEqual(
    only({
      kind: 'socket',
      type: 'TCPWRAP',
      count: 2,
      at: at('lent', 'lend'),
      related: [at('lending pool', 'lend')],
    }),
  );
});

test("a client that was given back is the pool's again", async () => {
  const { Pool } = await makePackage<Shop>('shop-given-back', source);
  async function lend(): Promise<void> {
    const pool = new Pool(); // here: idle pool
    onTestFinished(() => pool.close());
    await pool.connect(port); // here: borrowed
    pool.release();
  }
  expect(await leftBy(lend)).toEqual(
    only({
      kind: 'socket',
      type: 'TCPWRAP',
      at: at('idle pool', 'lend'),
      related: [at('borrowed', 'lend')],
      detail: 'with 1 Timeout',
    }),
  );
});
