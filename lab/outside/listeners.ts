/** Listeners of one run, opened and closed together. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { countConnections } from './connections.ts';
import { createHttp2Listener, createHttpListener } from './http-listeners.ts';
import type { Addresses } from './messages.ts';
import { createEchoListener, createResettingListener, createSilentListener } from './tcp-listeners.ts';

export interface Listeners {
  readonly addresses: Addresses;
  /** Counts the connections that are open to any of them at this moment. */
  connections(): Promise<number>;
  /** Destroys every connection and stops listening; resolves when both are done. */
  close(): Promise<void>;
}

/** Opens fresh listeners on 127.0.0.1, each on a port that the system picks. */
export async function openListeners(): Promise<Listeners> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];

  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };

  const [http, http2, silent, echo, resets] = await Promise.all([
    listen(createHttpListener()),
    listen(createHttp2Listener()),
    listen(createSilentListener()),
    listen(createEchoListener()),
    listen(createResettingListener()),
  ]);
  const ports = new Set([http, http2, silent, echo, resets]);

  return {
    addresses: { http: `http://127.0.0.1:${http}`, http2: `http://127.0.0.1:${http2}`, silent, echo, resets },
    connections: () => countConnections(ports, () => sockets.size),
    close: async () => {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}
