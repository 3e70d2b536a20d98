/** Fixed: the producer closes the channel. */
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

async function makeThumbnails(files: Channel<string>, add: (thumbnail: string) => void): Promise<void> {
  for await (const file of files) add(file.replace('.jpg', '.thumb.jpg'));
}

async function thumbnail(album: readonly string[]): Promise<readonly string[]> {
  const files = new Channel<string>();
  const made: string[] = [];
  const all = Promise.withResolvers<void>();
  const add = (thumbnail: string): void => {
    if (made.push(thumbnail) === album.length) all.resolve();
  };
  for (let worker = 0; worker < 2; worker++) void makeThumbnails(files, add);
  for (const file of album) await files.send(file);
  files.close(); // FIX: ends the loops of the workers
  await all.promise;
  return made;
}

export async function run(): Promise<Outcome> {
  const made = await thumbnail(['beach.jpg', 'hill.jpg', 'town.jpg']);
  return { made: made.toSorted() };
}
