/**
 * An archive reads the title of a document while it counts all of its bytes.
 *
 * **Looks like a leak** A stream over an open file is split with `tee()`, one branch is left after its
 * first chunk, and its `cancel()` is not awaited. An unread branch keeps the whole body in its queue.
 *
 * **Is none because** A cancelled branch queues nothing more, and the other branch is read to the end, where the file is
 * closed. The `cancel()` of one branch settles only when the other is finished: awaiting it here would block everything.
 */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function titleOf(document: ReadableStream<Uint8Array>): Promise<string> {
  const reader = document.getReader();
  const { value } = await reader.read();
  void reader.cancel();
  return new TextDecoder().decode(value).split('\n', 1).join();
}

async function sizeOf(document: ReadableStream<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of document) size += chunk.byteLength;
  return size;
}

async function describe(path: string): Promise<{ title: string; size: number }> {
  const document: ReadableStream<Uint8Array> = Readable.toWeb(createReadStream(path));
  const [first, whole] = document.tee();
  const title = await titleOf(first);
  return { title, size: await sizeOf(whole) };
}

export async function run(lab: Lab): Promise<Outcome> {
  const path = join(lab.scratch, 'minutes.txt');
  await writeFile(path, `Minutes of the board\n${'And then we talked. '.repeat(40_000)}`);
  return describe(path);
}
