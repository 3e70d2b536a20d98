/**
 * An asset server opens the file before it checks whether the browser already has it.
 *
 * **What leaks** One file descriptor for every answer `304 Not Modified`: `createReadStream`
 * opens the file at once, and a stream that is never read never reaches its end.
 *
 * **Why it survives** `autoClose` closes a file at its end or at an error, and this stream reaches
 * neither. The collector frees the stream object, but does not close the descriptor that belonged to it.
 *
 * **How it shows up** The better browsers cache, the faster the count of descriptors
 * climbs, until every `open` fails with `EMFILE`. A heap snapshot shows no streams at all.
 *
 * **How to fix** Open the file once it is certain that it will be
 * read, or `destroy()` the stream on every path that does not use it.
 *
 * **When this is not a leak** When a stream that was opened early is read to its end or destroyed on every path.
 */
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'File stream opened but never read',
  stage: 'unit',
  grows: ['fds'],
  leaves: 'retained',
  seenThrough: 'descriptor',
  seenIn: ['nodejs/help#3345', 'nodejs/node#38681'],
  hints: [
    'Which of the two answers has a body?',
    'createReadStream opens its file at once, not at the first read.',
    'Move createReadStream below the return of the 304, where its stream will be read.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Answer {
  readonly status: 200 | 304;
  readonly etag: string;
  readonly body?: Readable;
}

async function etagOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  return `W/"${size}-${mtimeMs}"`;
}

/** Answers a request for a file, without a body if the client already has this version. */
async function serveAsset(path: string, ifNoneMatch?: string): Promise<Answer> {
  const etag = await etagOf(path);
  const body = createReadStream(path); // LEAK: fd
  if (etag === ifNoneMatch) return { status: 304, etag };
  return { status: 200, etag, body };
}

export async function run(lab: Lab): Promise<Outcome> {
  const path = join(lab.scratch, 'site.css');
  await writeFile(path, 'body { margin: 0 }\n');

  const first = await serveAsset(path);
  const css = first.body ? await text(first.body) : '';
  const second = await serveAsset(path, first.etag);

  return { statuses: [first.status, second.status], css, secondHasBody: second.body !== undefined };
}
