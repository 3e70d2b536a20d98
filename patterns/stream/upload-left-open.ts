/**
 * A form handler stores uploads as they arrive and forgets the file when the client's connection breaks.
 *
 * **What leaks** The file descriptor of every upload that was cut off, with the write stream that still waits for
 * the rest of it.
 *
 * **Why it survives** `pipe()` ends its destination when the source ends, and a source that fails does not
 * end. The caller gets the error, but only this function, which has returned, had a reference to the file.
 *
 * **How it shows up** Descriptors climb with the share of uploads over bad connections. The
 * space of partial files stays taken even after they are deleted, because they are still open.
 *
 * **How to fix** Destroy the file stream when the source fails, or let `stream.pipeline()` do it.
 *
 * **When this is not a leak** When the destination holds nothing that needs closing, for example a hash or a byte counter.
 */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'File left open after a broken upload',
  stage: 'unit',
  grows: ['fds'],
  leaves: 'retained',
  seenThrough: 'descriptor',
  seenIn: ['expressjs/multer#971'],
  hints: [
    'Two parts arrive, but only one of them is complete.',
    'pipe() passes the end of its source on. What does it do with an error?',
    "Destroy the file on the part's 'error'.",
  ],
  node: '>=22',
} satisfies Pattern;

/** Writes one part of a form to a file and returns its size. */
function store(part: Readable, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const file = createWriteStream(path); // LEAK: fd
    part.once('error', reject);
    file.once('error', reject);
    file.once('finish', () => resolve(file.bytesWritten));
    part.pipe(file);
  });
}

interface Receipt {
  readonly stored: Record<string, number>;
  readonly refused: Record<string, string>;
}

async function receive(form: Map<string, Readable>, folder: string): Promise<Receipt> {
  const receipt: Receipt = { stored: {}, refused: {} };
  for (const [name, part] of form) {
    try {
      receipt.stored[name] = await store(part, join(folder, name));
    } catch (cause) {
      receipt.refused[name] = cause instanceof Error ? cause.message : String(cause);
    }
  }
  return receipt;
}

async function* cutOff(): AsyncGenerator<Buffer> {
  yield Buffer.from('the first half of a film');
  throw new Error('connection lost');
}

export async function run(lab: Lab): Promise<Outcome> {
  const form = new Map([
    ['portrait.png', Readable.from([Buffer.from('a small '), Buffer.from('picture')])],
    ['holiday.mp4', Readable.from(cutOff())],
  ]);
  const { stored, refused } = await receive(form, lab.scratch);
  return { stored, refused };
}
