/**
 * A download is piped to a client that is already gone, in a `try` that catches any problem with the client.
 *
 * **What leaks** The file of each download whose client was gone.
 *
 * **Why it survives** `pipeline` destroys its streams when one of them fails later. If the last stream is
 * already destroyed it throws at once, before it takes charge of any stream, and the source stays open.
 *
 * **How it shows up** Clients that cancel early leave open files; those that cancel in the middle leave none.
 *
 * **How to fix** Destroy the source in the `catch`.
 *
 * **When this is not a leak** When the source opens nothing until it is read.
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Source of a pipeline never built',
  stage: 'unit',
  grows: ['fds'],
  leaves: 'retained',
  seenThrough: 'descriptor',
  seenIn: ['nodejs/node#65063'],
  hints: [
    'The client has gone. Did `pipeline` ever have the file?',
    'What destroys the source when the pipeline was never built?',
    'Call `destroy()` on the file in the catch.',
  ],
  node: '>=22',
} satisfies Pattern;

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
