/**
 * A gateway asks a slow back end and waits for its answer on a channel, but not for ever.
 *
 * **What leaks** The call to the back end, suspended where it hands over an answer that nobody will take.
 *
 * **Why it survives** The channel has no buffer, so `send` waits for a receiver. The gateway gave up when its time
 * was over and drops the channel; the sender can never go on.
 *
 * **How it shows up** Each time-out leaves a suspended call with the whole answer in it. Memory grows when the back
 * end is slow, and stays when it has recovered.
 *
 * **How to fix** Give the channel room for the one answer, so that `send` need not wait.
 *
 * **When this is not a leak** When the receiver always comes back for the answer.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { Channel } from './channel.ts';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Sender whose receiver ran into its time-out',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['kubernetes/kubernetes#83333', 'istio/istio#15897'],
  hints: [
    'The gateway has given up. At which line is the call to the back end?',
    'An unbuffered send waits for its receiver. Is there one?',
    'Make the channel with a capacity of 1.',
  ],
  node: '>=22',
} satisfies Pattern;

async function callBackEnd(query: string, answers: Channel<string>): Promise<void> {
  if (query === 'slow') await turn();
  await answers.send(`rows for ${query}`); // LEAK: await
}

async function ask(query: string): Promise<string> {
  const answers = new Channel<string>(); // ALSO
  void callBackEnd(query, answers);
  if (query !== 'slow') return (await answers.receive()) ?? 'closed';
  // its time is over before the answer is there
  return 'gave up';
}

export async function run(): Promise<Outcome> {
  const outcome = { fast: await ask('fast'), slow: await ask('slow') };
  await turn();
  return outcome;
}
