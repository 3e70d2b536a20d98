/**
 * A media server pipes films into its responses and does nothing when a viewer closes the page.
 *
 * **What leaks** The file descriptor of every film whose viewer
 * left before its end, with the paused read stream around it.
 *
 * **Why it survives** `pipe()` passes on the data and the end, nothing else: when the response
 * closes it only unpipes the file stream, which pauses and waits for a reader that never comes.
 *
 * **How it shows up** The count of open files climbs with aborted downloads until no file can be
 * opened any more (`EMFILE`). Any client that connects and hangs up in a loop can cause this.
 *
 * **How to fix** Destroy the file stream when the response closes, or use `stream.pipeline()`, which does so.
 *
 * **When this is not a leak** When the source holds nothing outside the heap, for example a
 * `Readable.from(array)`, or when it is small enough to be read to its end before a client can hang up.
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'File piped to a client that left',
  stage: 'integration',
  grows: ['fds'],
  leaves: 'retained',
  seenThrough: 'descriptor',
  seenIn: [
    'nodejs/node#1834',
    'jfhbrook/node-ecstatic#140',
    'withastro/astro#16002',
    'levy-street/world-of-claudecraft#3568',
  ],
  hints: [
    'One of the two viewers leaves before the end.',
    'What does pipe() do with its source when the destination closes?',
    "Destroy the recording on the response's 'close', or let stream.pipeline() do it.",
  ],
  node: '>=22',
} satisfies Pattern;

function sendRecording(path: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'video/mp4' });
  const recording = createReadStream(path); // LEAK: fd
  recording.pipe(response);
}

export async function run(lab: Lab): Promise<Outcome> {
  await writeFile(join(lab.scratch, 'trailer.mp4'), 'a short scene');
  await writeFile(join(lab.scratch, 'film.mp4'), '');
  // Far larger than the buffers of a connection, so that the film stops where its viewer stops.
  await truncate(join(lab.scratch, 'film.mp4'), 64 * 1024 * 1024);

  const server = createServer((request, response) => {
    sendRecording(join(lab.scratch, basename(request.url ?? '')), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const trailer = await lab.visit(`http://127.0.0.1:${port}/trailer.mp4`);
  const film = await lab.visit(`http://127.0.0.1:${port}/film.mp4`, 'hangs-up');

  server.close();
  await once(server, 'close');
  return { statuses: [trailer.status, film.status], trailer: trailer.body };
}
