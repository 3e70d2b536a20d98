/** Fixed: an error of the part destroys the file as well, which closes its descriptor. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** Writes one part of a form to a file and returns its size. */
function store(part: Readable, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const file = createWriteStream(path);
    part.once('error', reject);
    part.once('error', () => file.destroy()); // FIX: pipe() doesn't pass an error on
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
