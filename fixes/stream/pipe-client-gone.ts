/** Fixed: the close of the response destroys the file stream, which closes its descriptor. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

function sendRecording(path: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'video/mp4' });
  const recording = createReadStream(path);
  recording.pipe(response);
  response.once('close', () => recording.destroy()); // FIX: pipe() doesn't do it on a hang-up
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
