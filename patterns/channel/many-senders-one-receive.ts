/**
 * A downloader asks three mirrors at once and takes the first answer from the channel.
 *
 * **What leaks** The functions of the two mirrors that were slower.
 *
 * **Why it survives** Three functions send and one value is received. The others wait for a receiver of a channel
 * that nobody knows but themselves.
 *
 * **How it shows up** With each download two suspended functions stay, each with its part of the file. It is the
 * more the better the mirrors are.
 *
 * **How to fix** Give the channel room for all of them.
 *
 * **When this is not a leak** When the slower requests are aborted before they send.
 */
import { Channel } from './channel.ts';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Losers of a race between mirrors',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['hightouchio/passage#25', 'kubernetes/kubernetes#135751'],
  hints: [
    'Three send. How many are received?',
    'A sender that is not the first waits. For whom?',
    'Make the channel as large as the number of mirrors, or receive as often as is sent.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Mirror {
  readonly name: string;
  readonly size: number;
}

async function download({ name, size }: Mirror, answers: Channel<string>): Promise<void> {
  const part = name.padEnd(size, '.');
  await answers.send(part); // LEAK: await x2
}

async function fastest(mirrors: readonly Mirror[]): Promise<string> {
  const answers = new Channel<string>(); // ALSO
  for (const mirror of mirrors) void download(mirror, answers);
  return (await answers.receive()) ?? 'none';
}

export async function run(): Promise<Outcome> {
  const mirrors = ['eu', 'us', 'ap'].map((name) => ({ name, size: 8 }));
  return { fastest: await fastest(mirrors) };
}
