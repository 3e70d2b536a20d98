/**
 * A lookup gives up before its answer arrives, and the answer is sent without a receiver.
 *
 * **Looks like a leak** A value is sent on a channel that no one receives from any more.
 *
 * **Is none because** The channel has room for it: the send does not wait, and channel and value are collected
 * together.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

async function lookUp(host: string, answers: Channel<string>): Promise<void> {
  await turn();
  await answers.send(`${host} is 127.0.0.1`);
}

export async function run(): Promise<Outcome> {
  const answers = new Channel<string>(1);
  const host = 'db.internal';
  const looking = lookUp(host, answers);
  const answer = 'gave up';
  await looking;
  return { host, answer };
}
