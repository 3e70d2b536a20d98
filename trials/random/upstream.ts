/** Servers that are older than any scope: the first accepts and never answers, the second answers. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // the server must not keep the process alive
  server.unref();
  return (server.address() as AddressInfo).port;
}

// the server reads, to see which clients have gone: thousands of open connections slow every look
const silent = await portOf(createServer((socket) => socket.on('error', () => {}).resume()));
export const upstream = { port: silent, url: `http://127.0.0.1:${silent}/` };

const answers = createHttpServer((request, response) => {
  if (request.url === '/small') {
    response.end('ok');
    return;
  }
  // more than a client buffers while its body is not read
  response.writeHead(200, { 'content-length': 2 ** 22 });
  response.write(Buffer.alloc(2 ** 20));
});
answers.keepAliveTimeout = 60_000;
const origin = `http://127.0.0.1:${await portOf(answers)}`;
export const answering = { origin, url: `${origin}/`, smallUrl: `${origin}/small` };
