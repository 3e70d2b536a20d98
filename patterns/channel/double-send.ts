/**
 * A check of a domain name sends its result to a channel, and sends a second one when the name has also
 * expired.
 *
 * **What leaks** The check, suspended at its second send.
 *
 * **Why it survives** One result is received for each check. In one branch of the check the `return` after the send
 * is missing, so the check goes on to the next send.
 *
 * **How it shows up** Only expired names leave a suspended check behind, which makes the leak rare and hard to
 * find.
 *
 * **How to fix** Return after the first send.
 *
 * **When this is not a leak** When the receiver takes every result that is sent.
 */
import { Channel } from './channel.ts';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Result sent twice, received once',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['enobufs/go-nats#2'],
  hints: [
    'Check an expired name. How many results does it send?',
    'Who receives the second one?',
    'Return after the first send.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Domain {
  readonly name: string;
  readonly isExpired: boolean;
}

async function check({ name, isExpired }: Domain, results: Channel<string>): Promise<void> {
  if (isExpired) await results.send(`${name} has expired`);
  await results.send(`${name} is registered`); // LEAK: await
}

async function checkAll(domains: readonly Domain[]): Promise<readonly string[]> {
  const reports: string[] = [];
  for (const domain of domains) {
    const results = new Channel<string>(); // ALSO
    void check(domain, results);
    reports.push((await results.receive()) ?? 'unknown');
  }
  return reports;
}

export async function run(): Promise<Outcome> {
  const reports = await checkAll([
    { name: 'a.example', isExpired: false },
    { name: 'b.example', isExpired: true },
  ]);
  return { reports };
}
