/**
 * A reader comes late and takes what was buffered for it.
 *
 * **Looks like a leak** Events are put into a list at module level, for an iterator that may come.
 *
 * **Is none because** It does come, and takes out all of them.
 */
import type { Outcome } from '../../lab/contract.ts';

const buffer: string[] = [];

function* taken(): Generator<string> {
  for (let event = buffer.shift(); event !== undefined; event = buffer.shift()) yield event;
}

export async function run(): Promise<Outcome> {
  for (let event = 1; event <= 20; event++) buffer.push(`event ${event} `.repeat(100));
  const lengths = [...taken()].map(({ length }) => length);
  return { count: lengths.length, isEmpty: buffer.length === 0 };
}
