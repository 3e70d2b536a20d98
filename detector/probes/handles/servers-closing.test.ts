import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  Agent,
  createServer as createHttpServer,
  get,
  request as put,
  type IncomingMessage,
} from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clientSocket, closeAfterTest, connection } from '../../fixtures/connection.ts';
import { leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';
import { listen } from '../../fixtures/upstream.ts';

const at = placesIn(import.meta.filename);
const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n';
const tcpServer = { kind: 'server', type: 'TCPSERVERWRAP' } as const;

describe('servers that are closing', () => {
  test('and wait for a connection', async () => {
    async function serve(): Promise<void> {
      const server = createServer();
      server.listen(0); // here: closing
      await once(server, 'listening');
      const first = await connection(server);
      const second = await connection(server);
      server.close();
      closeAfterTest(server, first.client, second.client);
    }
    expect(await leftBy(serve)).toEqual(
      only(
        { ...clientSocket, count: 2 },
        { ...tcpServer, at: at('closing', 'serve'), detail: 'close() waits for 2 open connections' },
      ),
    );
  });

  test('and wait for a request that leaked: the request is the finding', async () => {
    async function ask(): Promise<void> {
      const server = createHttpServer((_request, response) => response.write('and'));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const unread = await fetch(`http://127.0.0.1:${port}`); // here: unread
      onTestFinished(() => unread.body?.cancel());
      const request = get({ port, host: '127.0.0.1' }); // here: unanswered
      await once(request, 'response');
      server.close();
      onTestFinished(() => server.closeAllConnections());
      request.on('error', () => {});
    }
    expect(await leftBy(ask)).toEqual(
      only(
        { kind: 'request', type: 'fetch', at: at('unread', 'ask') },
        { kind: 'request', type: 'ClientRequest', at: at('unanswered', 'ask') },
      ),
    );
  });

  test('silent once the response with the unread body was collected', async () => {
    const report = await leftBy(async () => {
      const server = createHttpServer((_request, response) => response.write('and'));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      server.close();
      onTestFinished(() => server.closeAllConnections());
    });
    expect(report).toEqual(nothing);
  });

  test('and wait for a connection that an agent keeps: the agent is the finding', async () => {
    async function ask(): Promise<void> {
      const server = createServer((socket) => socket.once('data', () => socket.write(answer)));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const agent = new Agent({ keepAlive: true }); // here: agent
      const request = get({ port, host: '127.0.0.1', agent });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await once(response.resume(), 'close');
      server.close();
      onTestFinished(() => agent.destroy());
    }
    expect(await leftBy(ask)).toEqual(
      only({ kind: 'socket', type: 'Agent', at: at('agent', 'ask'), detail: '1 idle connection' }),
    );
  });

  test('and whose handler waits for data that the client never sends: the client is the finding', async () => {
    async function upload(): Promise<void> {
      const server = createHttpServer((request) => void count(request));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const request = put({ port, host: '127.0.0.1', method: 'PUT' }); // here: half
      request.on('error', () => {});
      request.write('half');
      await once(server, 'request');
      server.close();
      onTestFinished(() => server.closeAllConnections());
    }
    async function count(request: IncomingMessage): Promise<number> {
      let size = 0;
      try {
        for await (const chunk of request as AsyncIterable<Buffer>) size += chunk.length;
      } catch {
        // the request ends with the test
      }
      return size;
    }
    expect(await leftBy(upload)).toEqual(
      only({ kind: 'request', type: 'ClientRequest', at: at('half', 'upload') }),
    );
  });

  test('and wait for a connection whose other end is in another process', async () => {
    const connecting = "process.stdin.once('data', (port) => require('node:net').connect(Number(port)))";
    const stranger = spawn(process.execPath, ['-e', connecting], { stdio: ['pipe', 'ignore', 'ignore'] });
    onTestFinished(async () => {
      stranger.kill();
      await once(stranger, 'close');
    });
    async function serve(): Promise<void> {
      const server = createServer();
      server.listen(0); // here: closing for a stranger
      await once(server, 'listening');
      stranger.stdin.write(`${(server.address() as AddressInfo).port}\n`);
      await once(server, 'connection');
      server.close();
    }
    expect(await leftBy(serve)).toEqual(
      only({
        ...tcpServer,
        at: at('closing for a stranger', 'serve'),
        detail: 'close() waits for 1 open connection',
      }),
    );
  });

  test('silent about servers whose last connection has ended', async () => {
    const report = await leftBy(async () => {
      const server = createServer();
      await listen(server);
      const { client } = await connection(server);
      server.close();
      client.destroy();
    });
    expect(report).toEqual(nothing);
  });
});
