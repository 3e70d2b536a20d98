/** A server that accepts and never answers; started before any scope, so that it is part of the world. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

const server = createServer((socket) => socket.on('error', () => {}));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// it lives as long as somebody else keeps the process alive
server.unref();

const { port } = server.address() as AddressInfo;
export const upstream = { port, url: `http://127.0.0.1:${port}/` };
