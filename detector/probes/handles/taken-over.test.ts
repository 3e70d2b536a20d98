import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { closeAfterTest } from '../../fixtures/connection.ts';
import { doNothing, leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const kept = { kind: 'socket', type: 'TCPWRAP' } as const;
const heads = {
  upgrade: 'GET /room HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  connect: 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n',
} as const;

/** Destroys what a server accepted, after the test. */
function destroyAfterTest(server: Server): void {
  server.on('connection', (socket) => onTestFinished(() => void socket.destroy()));
  closeAfterTest(server);
}

async function listen(server: Server): Promise<Server> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** Asks a server to hand the connection over, and waits until it has. */
async function ask(server: Server, event: keyof typeof heads): Promise<Socket> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', doNothing);
  client.write(heads[event]);
  await once(server, event);
  return client;
}

async function visit(server: Server, event: keyof typeof heads): Promise<void> {
  const client = await ask(server, event);
  client.destroy();
  await once(client, 'close');
}

describe('a socket that a listener has taken over, and keeps after the other side has ended it', () => {
  test('by an upgrade, on a server older than the scope', async () => {
    const server = createServer();
    // prettier-ignore
    server.on('upgrade', async () => {}); // here: upgrade
    destroyAfterTest(server);
    await listen(server);
    const report = await leftBy(async () => {
      await visit(server, 'upgrade');
      await visit(server, 'upgrade');
    });
    const detail = "given to the listener for 'upgrade'; the other side has ended it";
    expect(report).toEqual(only({ ...kept, count: 2, at: at('upgrade', '<anonymous>'), detail }));
  });

  test('by CONNECT, on a server older than the scope', async () => {
    // prettier-ignore
    const refuse = (_request: unknown, socket: Duplex): unknown => // here: connect
      socket.pause();
    const server = createServer().on('connect', refuse);
    destroyAfterTest(server);
    await listen(server);
    const report = await leftBy(() => visit(server, 'connect'));
    const detail = "given to the listener for 'connect'; the other side has ended it";
    expect(report).toEqual(only({ ...kept, at: at('connect', 'refuse'), detail }));
  });

  test('although the server has closed all connections that it knows: the server is no leak besides', async () => {
    const report = await leftBy(async () => {
      const server = createServer();
      server.on('upgrade', () => {}); // here: closed
      destroyAfterTest(server);
      await listen(server);
      await visit(server, 'upgrade');
      server.close();
      server.closeAllConnections();
    });
    const detail = "given to the listener for 'upgrade'; the other side has ended it";
    expect(report).toEqual(only({ ...kept, at: at('closed', '<anonymous>'), detail }));
  });

  test('on a server that still listens: the server is the finding', async () => {
    async function serve(): Promise<void> {
      const server = createServer().on('upgrade', doNothing);
      destroyAfterTest(server);
      server.listen(0, '127.0.0.1'); // here: listening
      await once(server, 'listening');
      await visit(server, 'upgrade');
    }
    const detail = 'listening, 1 open connection';
    expect(await leftBy(serve)).toEqual(
      only({ kind: 'server', type: 'TCPSERVERWRAP', at: at('listening', 'serve'), detail }),
    );
  });
});

describe('silent about a socket that a listener has taken over', () => {
  test('and ends when the other side does', async () => {
    const server = createServer().on('upgrade', (_request, socket: Duplex) => {
      socket.on('end', () => socket.end()).resume();
    });
    destroyAfterTest(server);
    await listen(server);
    expect(await leftBy(() => visit(server, 'upgrade'))).toEqual(nothing);
  });

  test('while the other side is open, which is the finding', async () => {
    const server = createServer().on('upgrade', doNothing);
    destroyAfterTest(server);
    await listen(server);
    const report = await leftBy(async () => {
      const client = await ask(server, 'upgrade');
      onTestFinished(() => void client.destroy());
    });
    expect(report.leaks.map(({ kind, at: place }) => [kind, place.split(' ')[1]])).toEqual([
      ['socket', 'ask'],
    ]);
  });
});
