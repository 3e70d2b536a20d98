/** Fixed: each check sends one result. */
import { Channel } from '../../patterns/channel/channel.ts';
import type { Outcome } from '../../lab/contract.ts';

interface Domain {
  readonly name: string;
  readonly isExpired: boolean;
}

async function check({ name, isExpired }: Domain, results: Channel<string>): Promise<void> {
  if (isExpired) return results.send(`${name} has expired`); // FIX: one result only
  await results.send(`${name} is registered`);
}

async function checkAll(domains: readonly Domain[]): Promise<readonly string[]> {
  const reports: string[] = [];
  for (const domain of domains) {
    const results = new Channel<string>();
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
