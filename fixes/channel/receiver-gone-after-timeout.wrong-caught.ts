/**
 * Tried: errors of the call are caught.
 *
 * **Still leaks because** no error occurs: a send without a receiver neither throws nor rejects, it waits.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

async function callBackEnd(query: string, answers: Channel<string>): Promise<void> {
  if (query === 'slow') await turn();
  await answers.send(`rows for ${query}`); // LEAK: await
}

async function ask(query: string): Promise<string> {
  const answers = new Channel<string>(); // ALSO
  void callBackEnd(query, answers).catch(() => undefined); // TRIED: its errors are caught
  if (query !== 'slow') return (await answers.receive()) ?? 'closed';
  // the time-out comes before the answer
  return 'gave up';
}

export async function run(): Promise<Outcome> {
  const outcome = { fast: await ask('fast'), slow: await ask('slow') };
  await turn();
  return outcome;
}
