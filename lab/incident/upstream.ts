/** A process: the service that the others depend on. It answers after a time, or refuses a part of the requests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Average } from './average.ts';
import { interval, obey, tell, type Behaviour } from './messages.ts';

let behaviour: Behaviour = { delay: 80, refused: 0 };
/** The part of a request that is refused so far: each tenth is, for a share of 0.1. */
let due = 0;
const open = new Average();

const server = createServer((_, response) => {
  open.add(1);
  due += behaviour.refused;
  const isRefused = due >= 1;
  if (isRefused) due -= 1;
  const timer = setTimeout(() => {
    response.statusCode = isRefused ? 500 : 200;
    response.end(isRefused ? 'refused' : 'hello');
  }, behaviour.delay);
  response.once('close', () => {
    clearTimeout(timer);
    open.add(-1);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', 4096, () => {
  tell({ ready: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
setInterval(() => tell({ upstream: { open: open.take() } }), interval);

obey((order) => {
  if ('behave' in order) behaviour = order.behave;
});
