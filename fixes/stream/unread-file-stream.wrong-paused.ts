/**
 * Tried: the stream is paused until it is read.
 *
 * **Still leaks because** a stream opens its file when it is created, whether or not it is read.
 */
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
  body.pause(); // TRIED: nothing is read yet
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
