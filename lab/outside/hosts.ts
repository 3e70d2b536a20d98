/** Servers for the tests of the visitors, such as a program under test would run. */
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';

/** Server of the program under test, with its open sockets. */
export interface Host {
  readonly server: Server;
  readonly sockets: Set<Socket>;
  readonly port: number;
}

const hosts: Host[] = [];

/** Closes every open host, and its connections. */
export async function closeHosts(): Promise<void> {
  for (const { server, sockets } of hosts.splice(0)) {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
}

/** Starts a server on 127.0.0.1, or at the path of a unix socket. */
export async function host(server: Server, path?: string): Promise<Host> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  const opened = { server, sockets, port: path === undefined ? (server.address() as AddressInfo).port : 0 };
  hosts.push(opened);
  return opened;
}

/** Resolves once the host has seen all its visitors go: the server's end comes after the visitor's. */
export async function deserted({ sockets }: Host): Promise<void> {
  const closed = [...sockets].map((socket) => once(socket.resume(), 'close').catch(() => {}));
  await Promise.all(closed);
  if (sockets.size > 0) throw new Error(`${sockets.size} visitors are still there`);
}

/** Returns the first connection, once the host has accepted it: a visitor may know of it earlier. */
export async function firstSocket({ server, sockets }: Host): Promise<Socket> {
  if (sockets.size === 0) await once(server, 'connection');
  const [socket] = sockets;
  if (socket === undefined) throw new Error('the first visitor has gone');
  return socket;
}

function greet(request: http.IncomingMessage | http2.Http2ServerRequest, reply: http.ServerResponse): void {
  if (request.url === '/events') {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write('data: hello\n\n');
  } else if (request.url === '/half') {
    reply.writeHead(200, { 'content-length': 100 });
    reply.write('half', () => request.socket.destroy());
  } else {
    reply.writeHead(201);
    reply.write(`${request.method} `);
    setImmediate(() => reply.end(`${request.url} grüße`));
  }
}

/** Host for one scheme, with the answers of a visitor and of a visitor who hangs up. */
export interface SchemeHost {
  readonly scheme: string;
  readonly open: () => Promise<Host & { url: string }>;
  readonly answer: { status: number; body: string };
  readonly first: { status: number; body: string };
}

/** Returns a host for each scheme; the folder is for unix sockets. */
export function schemeHosts(folder: () => string): SchemeHost[] {
  return [
    {
      scheme: 'http',
      open: async () => {
        const opened = await host(http.createServer(greet));
        return { ...opened, url: `http://127.0.0.1:${opened.port}/a?b=1` };
      },
      answer: { status: 201, body: 'GET /a?b=1 grüße' },
      first: { status: 201, body: '' },
    },
    {
      scheme: 'http2',
      open: async () => {
        const server = http2.createServer((request, reply) =>
          greet(request, reply as unknown as http.ServerResponse),
        );
        const opened = await host(server);
        return { ...opened, url: `http2://127.0.0.1:${opened.port}/a?b=1` };
      },
      answer: { status: 201, body: 'GET /a?b=1 grüße' },
      first: { status: 201, body: '' },
    },
    {
      scheme: 'ws',
      open: async () => {
        const server = http.createServer();
        const sockets = new WebSocketServer({ server });
        const opened = await host(server);
        sockets.on('connection', (client) => client.on('error', () => {}));
        return { ...opened, url: `ws://127.0.0.1:${opened.port}/live` };
      },
      answer: { status: 0, body: '' },
      first: { status: 0, body: '' },
    },
    {
      scheme: 'tcp',
      open: async () => {
        const opened = await host(createServer((socket) => socket.write('welcome')));
        return { ...opened, url: `tcp://127.0.0.1:${opened.port}` };
      },
      answer: { status: 0, body: '' },
      first: { status: 0, body: 'welcome' },
    },
    {
      scheme: 'unix',
      open: async () => {
        const path = join(folder(), `my server ${hosts.length}.sock`);
        const opened = await host(
          createServer((socket) => socket.write('welcome')),
          path,
        );
        return { ...opened, url: `unix://${path}` };
      },
      answer: { status: 0, body: '' },
      first: { status: 0, body: 'welcome' },
    },
  ];
}
