/**
 * A check of a domain name reports its result to a channel, and reports a second one when the name has expired as
 * well.
 *
 * **What leaks** The check, suspended at its second report.
 *
 * **Why it survives** One result is received for each check. In one branch of the check a `return` is missing behind
 * the report, so that it goes on to the next.
 *
 * **How it shows up** Only names with that one state leave something behind, which makes the leak rare and hard to
 * find.
 *
 * **How to fix** Return after the report.
 *
 * **When this is not a leak** When the receiver takes as many reports as are made.
 */
import { Channel } from './channel.ts';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Second send of a result that is received once',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['enobufs/go-nats#2'],
  hints: [
    'Check an expired name. How many reports does it make?',
    'Who receives the second one?',
    'Return behind the first report.',
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
