/**
 * A thumbnailer hands its files to two workers over a channel, and returns when all thumbnails are made.
 *
 * **What leaks** Both workers, which wait for another file.
 *
 * **Why it survives** `for await` over a channel ends when the channel is closed. The producer knows that it has sent
 * the last file, but never closes the channel.
 *
 * **How it shows up** Each album leaves two workers, suspended in their loops, with everything they hold.
 *
 * **How to fix** Close the channel when the last file has been sent.
 *
 * **When this is not a leak** When one set of workers serves the whole life of the process.
 */
import { Channel } from './channel.ts';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Channel never closed after the last send',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['containers/image#1095'],
  hints: [
    'Every file is done. How does a worker know?',
    'What ends a `for await` over a channel?',
    'Call `close()` after the last send.',
  ],
  node: '>=22',
} satisfies Pattern;

async function makeThumbnails(files: Channel<string>, add: (thumbnail: string) => void): Promise<void> {
  for await (const file of files) add(file.replace('.jpg', '.thumb.jpg')); // LEAK: await x2
}

async function thumbnail(album: readonly string[]): Promise<readonly string[]> {
  const files = new Channel<string>(); // ALSO
  const made: string[] = [];
  const all = Promise.withResolvers<void>();
  const add = (thumbnail: string): void => {
    if (made.push(thumbnail) === album.length) all.resolve();
  };
  for (let worker = 0; worker < 2; worker++) void makeThumbnails(files, add);
  for (const file of album) await files.send(file);
  await all.promise;
  return made;
}

export async function run(): Promise<Outcome> {
  const made = await thumbnail(['beach.jpg', 'hill.jpg', 'town.jpg']);
  return { made: made.toSorted() };
}
