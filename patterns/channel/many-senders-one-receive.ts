/**
 * A downloader asks three mirrors at once and takes the first answer from the channel.
 *
 * **What leaks** The downloads from the two slower mirrors.
 *
 * **Why it survives** Three functions send and one value is received. The others wait for a receiver, on a channel
 * that only they still reference.
 *
 * **How it shows up** Each download leaves two suspended functions behind, each with its part of the file. Healthy
 * mirrors leak the most.
 *
 * **How to fix** Give the channel room for every answer.
 *
 * **When this is not a leak** When the slower requests are aborted before they send.
 */
import { Channel } from './channel.ts';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'More senders than receives',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['hightouchio/passage#25', 'kubernetes/kubernetes#135751'],
  hints: [
    'Three mirrors send. How many answers are received?',
    'Each sender but the first waits. What for?',
    'Make the channel as large as the number of mirrors, or receive every answer.',
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
