/** Fixed: the channel has room for the answer of a call that nobody waits for any more. */
import { setImmediate as turn } from 'node:timers/promises';
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

async function callBackEnd(query: string, answers: Channel<string>): Promise<void> {
  if (query === 'slow') await turn();
  await answers.send(`rows for ${query}`);
}

async function ask(query: string): Promise<string> {
  const answers = new Channel<string>(1); // FIX: an answer has room without a receiver
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
