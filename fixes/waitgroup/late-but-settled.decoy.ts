/**
 * A queue answers its callers in the reverse order of their calls.
 *
 * **Looks like a leak** Three functions wait on promises whose resolvers stand in a list at module level.
 *
 * **Is none because** The list is worked off before the run is over, and every promise is settled.
 */
import type { Outcome } from '../../lab/contract.ts';

const waiting: ((answer: string) => void)[] = [];

async function ask(question: string): Promise<string> {
  const answer = await new Promise<string>((resolve) => waiting.push(resolve));
  return `${question}: ${answer}`;
}

/** Answers the callers, last one first. */
function answerAll(): number {
  let turn = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) next(`turn ${++turn}`);
  return turn;
}

export async function run(): Promise<Outcome> {
  const answers = Promise.all([ask('first'), ask('second'), ask('third')]);
  const turns = answerAll();
  return { answers: await answers, turns };
}
