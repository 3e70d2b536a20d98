/** HTTP listeners of a run: HTTP/1.1 with WebSockets at `/ws`, and HTTP/2 in the clear. */
import http from 'node:http';
import http2 from 'node:http2';
import type { Server, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { behave } from './behaviours.ts';

/** Time that an idle connection stays open, in ms. */
const keepAlive = 60_000;

/** Creates the HTTP/1.1 listener: the behaviours, and an echo over WebSocket. */
export function createHttpListener(): Server {
  const server = http.createServer((request, reply) => {
    ignoreErrors(request, reply);
    behave({
      url: urlOf(request.url),
      request,
      reply,
      cut: () => request.socket.destroy(),
      last: () => ({ connection: 'close' }),
    });
  });
  server.keepAliveTimeout = keepAlive;
  // some programs are about a client that stalls, so the upstream never ends the request
  server.requestTimeout = 0;
  server.headersTimeout = 0;

  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    ignoreErrors(socket);
    if (urlOf(request.url).pathname !== '/ws') {
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      ignoreErrors(client);
      client.on('message', (data, binary) => {
        client.send(data, { binary });
      });
    });
  });
  return server;
}

/** Creates the HTTP/2 listener, in the clear (prior knowledge), with the same behaviours. */
export function createHttp2Listener(): Server {
  // by the peer's port, because a session hides the socket that `/reset` has to destroy
  const sockets = new Map<number | undefined, Socket>();
  const server = http2.createServer((request, reply) => {
    const { session } = request.stream;
    ignoreErrors(request, reply, request.stream);
    const port = request.socket.remotePort;
    const destroy = (): void => {
      sockets.get(port)?.destroy();
    };
    behave({
      url: urlOf(request.url),
      request,
      reply,
      cut: () => {
        // with the client's acknowledgement unread, the kernel would sometimes send a reset, which clients report
        // differently from an end
        if (session?.pendingSettingsAck) session.once('localSettings', destroy);
        else destroy();
      },
      last: () => {
        // HTTP/2 has no `connection: close`; a session says the same by GOAWAY
        session?.close();
        return {};
      },
    });
  });
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort;
    sockets.set(port, socket);
    socket.once('close', () => sockets.delete(port));
  });
  server.on('sessionError', () => {});
  return server;
}

function urlOf(path: string | undefined): URL {
  return new URL(`http://upstream${path ?? '/'}`);
}

/** Ignores errors, for clients that vanish are expected here. */
function ignoreErrors(...emitters: readonly NodeJS.EventEmitter[]): void {
  for (const emitter of emitters) emitter.on('error', () => {});
}
