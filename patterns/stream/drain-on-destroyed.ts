/**
 * A console shows the output of running commands over HTTP and waits for room in a connection that is gone.
 *
 * **What leaks** The delivery of one command's output for every viewer who hangs up: it waits for
 * `drain` and never reaches its `finally`, so the command stays in the process table for ever.
 *
 * **Why it survives** A destroyed response emits `close`, never `drain`. The wait has no other way to end, and the
 * table still holds the response.
 *
 * **How it shows up** The list of running commands fills with dead entries, one for each tab that
 * was closed, and only a restart removes them. No timer, no socket and no descriptor is open.
 *
 * **How to fix** Wait for `drain` or `close`, whichever comes first, and treat
 * a write to a destroyed response as done. `stream.pipeline()` does both.
 *
 * **When this is not a leak** When the destination cannot go away before the
 * writer is done, as with a file or a private stream that is never destroyed.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: "Waiting for 'drain' on a destroyed response",
  stage: 'integration',
  grows: ['stalls'],
  leaves: 'retained',
  seenThrough: 'promise',
  seenIn: ['BitMiracle-AI/Dormice#24', 'nodejs/node#31365'],
  hints: [
    'At which line does the delivery to the second viewer wait?',
    "A destroyed connection never has room again; it emits 'close' instead.",
    "Let 'close' end the wait as well, and skip writes to a destroyed response.",
  ],
  node: '>=22',
} satisfies Pattern;

/** Commands whose output is being delivered, by process id; stopping one ends its response. */
const processTable = new Map<number, ServerResponse>();
let nextPid = 1;

async function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.write(chunk)) return;
  const room = Promise.withResolvers<void>(); // ALSO
  response.once('drain', room.resolve);
  await room.promise; // LEAK: await
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
