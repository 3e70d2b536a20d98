/**
 * Tried: the files that wait for their turn are paused.
 *
 * **Still leaks because** a paused stream keeps its descriptor, like an unread stream.
 */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function* readAll(paths: readonly string[]): AsyncGenerator<string> {
  const files = paths.map((path) => createReadStream(path, { encoding: 'utf8', highWaterMark: 64 })); // LEAK: fd
  await Promise.all(files.map((file) => once(file, 'ready')));
  for (const file of files) file.pause(); // TRIED: the files don't read yet
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
