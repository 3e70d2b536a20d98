import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  Agent,
  createServer as createHttpServer,
  get,
  request as put,
  type IncomingMessage,
} from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { leftBy, nothing, only, placesIn } from '../fixtures/left-by.ts';
import { listen, startSilentServer, startUpstream, type Upstream } from '../fixtures/upstream.ts';

const at = placesIn(import.meta.filename);
const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n';
const tcpServer = { kind: 'server', type: 'TCPSERVERWRAP' } as const;
const quietlyListening = { ...tcpServer, detail: 'listening, 0 connections open' };

let upstream: Upstream;
let silent: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
  silent = await startSilentServer();
});
afterAll(async () => {
  await upstream.close();
  await silent.close();
});

function closeAfterTest(server: Server, ...sockets: Socket[]): void {
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  });
}

/** A connection to a server that lives in the scope: its two ends, accepted. */
async function connection(server: Server): Promise<{ accepted: Socket; client: Socket }> {
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1'); // here: client
  const [accepted] = (await once(server, 'connection')) as [Socket];
  accepted.on('error', () => {});
  return { accepted, client };
}
const clientSocket = { kind: 'socket', type: 'TCPWRAP', at: at('client', 'connection') } as const;

describe('servers that listen', () => {
  test('on a port', async () => {
    async function serve(): Promise<void> {
      const server = createServer();
      server.listen(0); // here: port
      closeAfterTest(server);
      await once(server, 'listening');
    }
    expect(await leftBy(serve)).toEqual(only({ ...quietlyListening, at: at('port', 'serve') }));
  });

  test('on a host, which is looked up first', async () => {
    async function serve(): Promise<void> {
      const server = createServer();
      server.listen(0, 'localhost'); // here: host
      closeAfterTest(server);
      await once(server, 'listening');
    }
    expect(await leftBy(serve)).toEqual(only({ ...quietlyListening, at: at('host', 'serve') }));
  });

  test('on a path', async () => {
    async function serve(): Promise<void> {
      const server = createServer();
      server.listen(join(tmpdir(), `leaklab-${process.pid}.sock`)); // here: path
      closeAfterTest(server);
      await once(server, 'listening');
    }
    expect(await leftBy(serve)).toEqual(
      only({
        kind: 'server',
        type: 'PIPESERVERWRAP',
        at: at('path', 'serve'),
        detail: 'listening, 0 connections open',
      }),
    );
  });

  test('and keep nothing alive', async () => {
    async function serve(): Promise<void> {
      const server = createHttpServer().unref();
      server.listen(0); // here: without ref
      closeAfterTest(server);
      await once(server, 'listening');
    }
    expect(await leftBy(serve)).toEqual(only({ ...quietlyListening, at: at('without ref', 'serve') }));
  });

  test('with a connection, whose accepted end is theirs', async () => {
    async function serve(): Promise<void> {
      const server = createServer();
      server.listen(0); // here: with a connection
      await once(server, 'listening');
      const { client } = await connection(server);
      closeAfterTest(server, client);
    }
    expect(await leftBy(serve)).toEqual(
      only(
        { ...tcpServer, at: at('with a connection', 'serve'), detail: 'listening, 1 connection open' },
        clientSocket,
      ),
    );
  });
});

describe('servers that were told to close', () => {
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
        { ...tcpServer, at: at('closing', 'serve'), detail: 'close() waits: 2 connections open' },
      ),
    );
  });

  test('and wait for a request that is left itself: the request is the finding', async () => {
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

  test('silent where the collector has the response of which nobody reads the body', async () => {
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

  test('and whose handler waits for what the client does not send: the client is the finding', async () => {
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
        // it is ended with the test
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
        detail: 'close() waits: 1 connection open',
      }),
    );
  });

  test('silent about those that have no connection any more', async () => {
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

describe('silent about servers', () => {
  test('that never listened, or were closed before they did', async () => {
    const report = await leftBy(() => {
      createServer();
      createHttpServer();
      createServer().listen(0).close();
    });
    expect(report).toEqual(nothing);
  });

  test('whose listening failed', async () => {
    const report = await leftBy(async () => {
      const server = createServer();
      server.listen(upstream.port, '127.0.0.1');
      await once(server, 'error');
    });
    expect(report).toEqual(nothing);
  });

  test('that are older than the scope, and what they accepted for a request', async () => {
    const report = await leftBy(async () => {
      const response = await fetch(`${upstream.url}/small`);
      await response.text();
    });
    expect(report).toEqual(nothing);
  });
});

describe('connections', () => {
  test('that a client made', async () => {
    async function dial(): Promise<void> {
      const socket = connect(silent.port, '127.0.0.1'); // here: dialled
      onTestFinished(() => {
        socket.destroy();
      });
      await once(socket, 'connect');
    }
    expect(await leftBy(dial)).toEqual(only({ kind: 'socket', type: 'TCPWRAP', at: at('dialled', 'dial') }));
  });

  test('that a client made to a host, which is looked up first', async () => {
    async function dial(): Promise<void> {
      const socket = connect({ port: silent.port, host: 'localhost', family: 4 }); // here: dialled by name
      onTestFinished(() => {
        socket.destroy();
      });
      await once(socket, 'connect');
    }
    expect(await leftBy(dial)).toEqual(
      only({ kind: 'socket', type: 'TCPWRAP', at: at('dialled by name', 'dial') }),
    );
  });

  test('silent about those that were ended or refused', async () => {
    const report = await leftBy(async () => {
      const socket = connect(silent.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.destroy();
      const refused = connect(1, '127.0.0.1');
      await once(refused, 'error');
    });
    expect(report).toEqual(nothing);
  });
});
