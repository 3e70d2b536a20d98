/** An HTTP server whose watch is switched between blocks of requests; `/cpu` returns the ms of CPU used so far. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { watch } from '../../../detector/internal.ts';

const table = Array.from({ length: 50 }, (_, id) => ({ id, name: `order ${id}`, open: id % 3 === 0 }));
let watching: Disposable | undefined;
const modes: Readonly<Record<string, () => Disposable | undefined>> = {
  '/off': () => undefined,
  '/idle': () => watch({}),
  // a sample is always under way, but for one window in five
  '/sampling': () => watch({ every: 100, window: 500, patrol: 1, cpu: 1 }),
};

createServer((request, response) => {
  const mode = modes[request.url ?? ''];
  if (mode) {
    watching?.[Symbol.dispose]();
    watching = mode();
  }
  if (mode || request.url === '/cpu') {
    const { user, system } = process.cpuUsage();
    response.end(String((user + system) / 1000));
    return;
  }
  const limit = setTimeout(() => response.destroy(), 5000);
  response.on('close', () => clearTimeout(limit));
  setImmediate(() => response.end(JSON.stringify(table)));
}).listen(0, '127.0.0.1', function (this: { address(): unknown }) {
  process.send?.((this.address() as AddressInfo).port);
});
