import { createSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import type { Resources } from '../resource.ts';

let pipes = 0;

export const servers = {
  netServer: {
    kind: 'server',
    type: 'TCPSERVERWRAP',
    at: 'net server',
    acquire() {
      const server = createServer();
      server.listen(0); // here: net server
      return () => server.close();
    },
  },
  httpServer: {
    kind: 'server',
    type: 'TCPSERVERWRAP',
    at: 'http server',
    acquire() {
      const server = createHttpServer();
      server.listen(0, '127.0.0.1'); // here: http server
      return () => server.close();
    },
  },
  datagrams: {
    kind: 'socket',
    type: 'UDPWRAP',
    at: 'datagrams',
    acquire() {
      const socket = createSocket('udp4'); // here: datagrams
      return () => socket.close();
    },
  },
  tlsServer: {
    kind: 'server',
    type: 'TCPSERVERWRAP',
    at: 'tls server',
    acquire() {
      const server = createTlsServer();
      server.listen(0); // here: tls server
      return () => server.close();
    },
  },
  http2Server: {
    kind: 'server',
    type: 'TCPSERVERWRAP',
    at: 'http2 server',
    acquire() {
      const server = createHttp2Server();
      server.listen(0); // here: http2 server
      return () => server.close();
    },
  },
  pipeServer: {
    kind: 'server',
    type: 'PIPESERVERWRAP',
    at: 'pipe server',
    acquire() {
      pipes += 1;
      const server = createServer();
      server.listen(join(tmpdir(), `leaklab-${process.pid}-${pipes}`)); // here: pipe server
      return () => server.close();
    },
  },
} as const satisfies Resources;
