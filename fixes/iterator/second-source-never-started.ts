/** Fixed: each file is opened when its turn comes. */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function* readAll(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    // FIX: one open file at a time, closed by the loop that reads it
    const file = createReadStream(path, { encoding: 'utf8', highWaterMark: 64 });
    await once(file, 'ready');
    yield* file as AsyncIterable<string>;
  }
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
