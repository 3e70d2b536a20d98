/**
 * Tried: an end mark is sent after the last file.
 *
 * **Still leaks because** one mark ends one worker, and there are two.
 */
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

/** Reports whether a file is the end mark; makes the thumbnail of any other file. */
function isEnd(file: string, add: (thumbnail: string) => void): boolean {
  // TRIED: a worker stops at the mark
  if (file === 'end') return true;
  add(file.replace('.jpg', '.thumb.jpg'));
  return false;
}

async function makeThumbnails(files: Channel<string>, add: (thumbnail: string) => void): Promise<void> {
  for await (const file of files) if (isEnd(file, add)) return; // TRIED: at the mark // LEAK: await
}

async function thumbnail(album: readonly string[]): Promise<readonly string[]> {
  const files = new Channel<string>(); // ALSO
  const made: string[] = [];
  const all = Promise.withResolvers<void>();
  const add = (thumbnail: string): void => {
    if (made.push(thumbnail) === album.length) all.resolve();
  };
  for (let worker = 0; worker < 2; worker++) void makeThumbnails(files, add);
  for (const file of [...album, 'end']) await files.send(file); // TRIED: the mark comes last
  await all.promise;
  return made;
}

export async function run(): Promise<Outcome> {
  const made = await thumbnail(['beach.jpg', 'hill.jpg', 'town.jpg']);
  return { made: made.toSorted() };
}
