/**
 * A search makes a new signal for each key, with listeners that no code removes.
 *
 * **Looks like a leak** Abort listeners are added and never removed.
 *
 * **Is none because** Each signal belongs to one search; signal, controller and listener are collected together.
 */
import type { Outcome } from '../../lab/contract.ts';

async function search(words: string, signal: AbortSignal): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  signal.addEventListener('abort', () => resolve(`${words} is outdated`), { once: true });
  if (words.length > 2) resolve(`hits for ${words}`);
  return promise;
}

export async function run(): Promise<Outcome> {
  const answers: string[] = [];
  for (const words of ['l', 'le', 'lea', 'leak']) {
    const controller = new AbortController();
    const answer = search(words, controller.signal);
    if (words.length < 3) controller.abort();
    answers.push(await answer);
  }
  return { answers };
}
