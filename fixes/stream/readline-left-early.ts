/** Fixed: the stream is kept and destroyed after the loop, whether or not the loop reached the end of the file. */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function firstLines(path: string, limit: number): Promise<string[]> {
  const lines: string[] = [];
  const input = createReadStream(path); // FIX: kept, to close it later
  const reader = createInterface({ input });
  for await (const line of reader) {
    lines.push(line);
    if (lines.length === limit) break;
  }
  reader.close();
  input.destroy(); // FIX: the interface doesn't close its input
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
