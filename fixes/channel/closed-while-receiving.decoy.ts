/**
 * Two printers wait for jobs while the office is closed for the day.
 *
 * **Looks like a leak** Two functions are suspended in `receive()` and nothing is ever sent again.
 *
 * **Is none because** Closing the channel resolves both waits with `undefined`, which ends both functions.
 */
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

async function print(jobs: Channel<string>): Promise<number> {
  let pages = 0;
  for await (const job of jobs) pages += job.length;
  return pages;
}

export async function run(): Promise<Outcome> {
  const jobs = new Channel<string>();
  const printers = [print(jobs), print(jobs)];
  await jobs.send('letter');
  await jobs.send('book');
  jobs.close();
  return { pages: await Promise.all(printers) };
}
