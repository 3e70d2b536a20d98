/**
 * An import detects the type of a file by its first bytes and reads no further.
 *
 * **Looks like a leak** A file stream is opened inside the head of a loop, no variable keeps it, and the function
 * returns from the first turn of the loop. With a readline interface around the stream, this leaves the file open.
 *
 * **Is none because** The loop runs over the stream itself. Leaving the loop calls
 * the iterator's `return()`, which on a readable stream destroys the stream and so
 * closes its descriptor. Only `iterator({ destroyOnReturn: false })` would not.
 */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

const signatures = new Map([
  ['89504e47', 'png'],
  ['25504446', 'pdf'],
]);

async function typeOf(path: string): Promise<string> {
  for await (const chunk of createReadStream(path, { highWaterMark: 4, encoding: 'hex' })) {
    return signatures.get(String(chunk)) ?? 'unknown';
  }
  return 'empty';
}

export async function run(lab: Lab): Promise<Outcome> {
  const files = { 'scan.pdf': '%PDF-1.7 …', 'notes.txt': 'to be continued', 'nothing.bin': '' };
  const types: Record<string, string> = {};
  for (const [name, content] of Object.entries(files)) {
    const path = join(lab.scratch, name);
    await writeFile(path, content);
    types[name] = await typeOf(path);
  }
  return { types };
}
