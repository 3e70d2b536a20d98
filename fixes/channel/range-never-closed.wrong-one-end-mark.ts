/**
 * Tried: a mark that says that it was the last file is sent at the end.
 *
 * **Still leaks because** one mark ends one worker, and there are two.
 */
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

async function makeThumbnails(files: Channel<string>, made: string[]): Promise<void> {
  for await (const file of files) {
    // LEAK: await
    if (file === 'end') return; // TRIED: goes home at the mark
    made.push(file.replace('.jpg', '.thumb.jpg'));
  }
}

async function thumbnail(album: readonly string[]): Promise<readonly string[]> {
  const files = new Channel<string>(); // ALSO
  const made: string[] = [];
  for (let worker = 0; worker < 2; worker++) void makeThumbnails(files, made);
  for (const file of [...album, 'end']) await files.send(file); // TRIED: the mark comes last
  return made;
}

export async function run(): Promise<Outcome> {
  const made = await thumbnail(['beach.jpg', 'hill.jpg', 'town.jpg']);
  return { made: made.length };
}
