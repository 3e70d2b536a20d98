/**
 * A gateway asks a slow back end and waits for its answer on a channel, but not for ever.
 *
 * **What leaks** The call to the back end, suspended while it sends an answer that no one will receive.
 *
 * **Why it survives** The channel has no buffer, so `send` waits for a receiver. The gateway gave up at its time-out
 * and dropped the channel, so the sender can never go on.
 *
 * **How it shows up** Each time-out leaves a suspended call with the whole answer in it. Memory grows while the back
 * end is slow, and is not freed when the back end recovers.
 *
 * **How to fix** Give the channel room for the one answer, so that `send` does not wait.
 *
 * **When this is not a leak** When the receiver always comes back for the answer.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { Channel } from './channel.ts';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Receiver timed out, sender still waits',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['kubernetes/kubernetes#83333', 'istio/istio#15897'],
  hints: [
    'The gateway has given up. At which line does the call to the back end stand?',
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
  // the time-out comes before the answer
  return 'gave up';
}

export async function run(): Promise<Outcome> {
  const outcome = { fast: await ask('fast'), slow: await ask('slow') };
  await turn();
  return outcome;
}
