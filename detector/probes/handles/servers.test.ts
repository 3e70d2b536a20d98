import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { clientSocket, closeAfterTest, connection } from '../../fixtures/connection.ts';
import { leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';
import { startSilentServer, startUpstream, type Upstream } from '../../fixtures/upstream.ts';

const at = placesIn(import.meta.filename);
const tcpServer = { kind: 'server', type: 'TCPSERVERWRAP' } as const;
const quietlyListening = { ...tcpServer, detail: 'listening, 0 open connections' };

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
        detail: 'listening, 0 open connections',
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

  test('with a connection: the accepted end is part of the server', async () => {
    async function serve(): Promise<void> {
      const server = createServer();
      server.listen(0); // here: with a connection
      await once(server, 'listening');
      const { client } = await connection(server);
      closeAfterTest(server, client);
    }
    expect(await leftBy(serve)).toEqual(
      only(
        { ...tcpServer, at: at('with a connection', 'serve'), detail: 'listening, 1 open connection' },
        clientSocket,
      ),
    );
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

  test('that are older than the scope, and the sockets that they accept for a request', async () => {
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

  test('silent about connections that were ended or refused', async () => {
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
