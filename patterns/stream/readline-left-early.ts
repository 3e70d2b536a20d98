/**
 * A tool shows the first lines of a log file, closes the line reader and leaves the file open.
 *
 * **What leaks** One file descriptor for every file that
 * has more lines than requested, with a paused read stream.
 *
 * **Why it survives** Leaving the loop closes the readline interface, and `close()` on an interface only
 * pauses its input, which it does not own. The stream was made inside the call, so no other code can close it.
 *
 * **How it shows up** Descriptors grow with each preview of a long file.
 * On Windows no program can replace the file while the process lives.
 *
 * **How to fix** Keep the stream and `destroy()` it when the lines have been read.
 *
 * **When this is not a leak** When the loop runs to the end of the file: a file stream closes itself there. A loop
 * over the stream itself closes it too, even when it is left early.
 */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Line reader left early, file still open',
  stage: 'unit',
  grows: ['fds'],
  leaves: 'retained',
  seenThrough: 'descriptor',
  seenIn: ['wonderwhy-er/DesktopCommanderMCP#631'],
  hints: [
    'One of the two files is not read to its end.',
    'What does close() on a readline interface do with its input?',
    'Keep the file stream in a variable and destroy it after the loop.',
  ],
  node: '>=22',
} satisfies Pattern;

async function firstLines(path: string, limit: number): Promise<string[]> {
  const lines: string[] = [];
  const reader = createInterface({ input: createReadStream(path) }); // LEAK: fd
  for await (const line of reader) {
    lines.push(line);
    if (lines.length === limit) break;
  }
  reader.close();
  return lines;
}

export async function run(lab: Lab): Promise<Outcome> {
  const quiet = join(lab.scratch, 'quiet.log');
  await writeFile(quiet, 'started\nready\n');
  const busy = join(lab.scratch, 'busy.log');
  const requests = Array.from({ length: 5000 }, (_, n) => `GET /orders/${n} 200 ${'-'.repeat(80)}`);
  await writeFile(busy, requests.join('\n'));

  return {
    quiet: await firstLines(quiet, 3),
    busy: (await firstLines(busy, 3)).map((line) => line.slice(0, 13)),
  };
}
