/**
 * A counter keeps a series for each customer, up to a limit.
 *
 * **Looks like a leak** A map at module level gets a new key with each run and nothing is ever deleted from it.
 *
 * **Is none because** With ten series, every further customer is counted under one shared key.
 */
import type { Outcome } from '../../lab/contract.ts';

const series = new Map<string, number>();
const most = 10;

function count(customer: string): string {
  const key = series.has(customer) || series.size < most ? customer : 'others';
  series.set(key, (series.get(key) ?? 0) + 1);
  return key === 'others' ? 'others' : 'own';
}

let customers = 0;

export async function run(): Promise<Outcome> {
  const before = [...series.values()].reduce((sum, each) => sum + each, 0);
  for (let request = 0; request < 50; request++) count(`customer-${++customers}`);
  const after = [...series.values()].reduce((sum, each) => sum + each, 0);
  return { counted: after - before, isBounded: series.size <= most + 1 };
}
