/**
 * Tried: the file is unpiped from the client.
 *
 * **Still leaks because** the file was never piped to anything, and `unpipe` closes nothing.
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Lab, Outcome } from '../../lab/contract.ts';

function openClient(): Writable & { received: number } {
  const client = new Writable({
    write(chunk: Buffer, _encoding, done) {
      client.received += chunk.length;
      done();
    },
  }) as Writable & { received: number };
  client.received = 0;
  return client;
}

async function download(path: string, client: Writable): Promise<string> {
  const file = createReadStream(path); // LEAK: fd
  await once(file, 'open');
  try {
    if (client.destroyed) throw new Error('the client has gone');
    await pipeline(file, client);
    return 'sent';
  } catch (error) {
    file.unpipe(client); // TRIED: separates the two streams
    return error instanceof Error ? error.message : String(error);
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const path = join(lab.scratch, 'report.pdf');
  await writeFile(path, 'a report');
  const [there, gone] = [openClient(), openClient()];
  gone.destroy();
  const answers = [await download(path, there), await download(path, gone)];
  return { answers, received: there.received };
}
