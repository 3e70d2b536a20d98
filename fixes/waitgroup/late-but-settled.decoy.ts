/**
 * A queue answers its callers in the reverse order of their calls.
 *
 * **Looks like a leak** Three functions wait on promises whose resolvers stand in a list at module level.
 *
 * **Is none because** The list is worked off before the run is over, and each is answered.
 */
import type { Outcome } from '../../lab/contract.ts';

const waiting: ((answer: string) => void)[] = [];

async function ask(question: string): Promise<string> {
  return `${question}: ${await new Promise<string>((resolve) => waiting.push(resolve))}`;
}

export async function run(): Promise<Outcome> {
  const answers = Promise.all([ask('first'), ask('second'), ask('third')]);
  for (let turn = 1; waiting.length > 0; turn++) waiting.pop()?.(`turn ${turn}`);
  return { answers: await answers };
}
