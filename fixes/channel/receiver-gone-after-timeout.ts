/** Fixed: the channel has room for an answer that comes after the time-out. */
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
  // the time-out comes before the answer
  return 'gave up';
}

export async function run(): Promise<Outcome> {
  const outcome = { fast: await ask('fast'), slow: await ask('slow') };
  await turn();
  return outcome;
}
