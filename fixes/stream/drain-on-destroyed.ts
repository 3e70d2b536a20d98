/** Fixed: the wait for room ends with the response as well, and a write to a destroyed response is done at once. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** Commands whose output is being delivered, by process id; stopping one ends its response. */
const processTable = new Map<number, ServerResponse>();
let nextPid = 1;

async function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.destroyed || response.write(chunk)) return; // FIX: no client is left to wait for
  const room = Promise.withResolvers<void>();
  response.once('drain', room.resolve);
  response.once('close', room.resolve); // FIX: a destroyed response never drains
  await room.promise;
  response.off('close', room.resolve); // FIX: else each wait would leave a listener
}

async function deliver(output: Iterable<Buffer>, response: ServerResponse): Promise<void> {
  const pid = nextPid++;
  processTable.set(pid, response);
  try {
    for (const chunk of output) await write(response, chunk);
  } finally {
    processTable.delete(pid);
    response.end();
  }
}

function* printed(lines: number): Generator<Buffer> {
  const line = Buffer.alloc(256 * 1024, '.');
  for (let n = 0; n < lines; n += 1) yield line;
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = createServer((request, response) => {
    // The long output is far larger than the buffers of a connection.
    void deliver(printed(request.url === '/long' ? 256 : 4), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const short = await lab.visit(`http://127.0.0.1:${port}/short`);
  const long = await lab.visit(`http://127.0.0.1:${port}/long`, 'hangs-up');

  server.close();
  await once(server, 'close');
  return { statuses: [short.status, long.status], shortLength: short.body.length };
}
