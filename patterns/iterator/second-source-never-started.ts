/**
 * A log viewer joins the current file and the rotated one, and shows the first lines of both.
 *
 * **What leaks** The descriptor of the rotated file, whenever the first file has enough lines.
 *
 * **Why it survives** Both streams are opened at the start. `yield*` passes the early end on to the file that is
 * being read; the other stream was never started, so nothing ends it.
 *
 * **How it shows up** `EMFILE` after some thousand views of busy logs, while small logs, which are read to the end,
 * leak nothing.
 *
 * **How to fix** Open each file when its turn comes.
 *
 * **When this is not a leak** When the reader always reads both files to the end.
 */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Second file opened but never read',
  stage: 'unit',
  grows: ['fds'],
  leaves: 'retained',
  seenThrough: 'descriptor',
  seenIn: ['nodejs/node#38487'],
  hints: [
    'The viewer has its lines from the first file. What happens to the second?',
    'Leaving a loop returns the iterator of that loop, and no other.',
    'Make the stream inside the generator, right before it is read.',
  ],
  node: '>=22',
} satisfies Pattern;

async function* readAll(paths: readonly string[]): AsyncGenerator<string> {
  const files = paths.map((path) => createReadStream(path, { encoding: 'utf8', highWaterMark: 64 })); // LEAK: fd
  await Promise.all(files.map((file) => once(file, 'ready')));
  for (const file of files) yield* file as AsyncIterable<string>;
}

async function head(paths: readonly string[], lines: number): Promise<readonly string[]> {
  let text = '';
  for await (const chunk of readAll(paths)) {
    text += chunk;
    if (text.split('\n').length > lines) break;
  }
  return text.split('\n').slice(0, lines);
}

export async function run(lab: Lab): Promise<Outcome> {
  const [current, rotated] = [join(lab.scratch, 'app.log'), join(lab.scratch, 'app.log.1')];
  await writeFile(current, 'ready\nGET /\nGET /about\n');
  await writeFile(rotated, 'stopped\n');
  return { lines: await head([current, rotated], 2) };
}
