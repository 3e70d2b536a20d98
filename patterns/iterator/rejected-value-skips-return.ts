/**
 * An importer reads a list of downloads from a generator, awaits each of them, and stops at the first that fails.
 *
 * **What leaks** The lock file that the generator holds open, each time that a download fails.
 *
 * **Why it survives** The generator is stepped by hand. When the value that it has yielded rejects, the error leaves
 * the loop past the generator, which stays suspended at its `yield`; its `finally` never runs.
 *
 * **How it shows up** The next import says that another one is running, and the descriptors of failed ones pile up.
 *
 * **How to fix** Return the generator in a `finally`, as `for await` over it would.
 *
 * **When this is not a leak** When the generator holds nothing that has to be given back.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Generator left open by a value that rejected',
  stage: 'unit',
  grows: ['fds'],
  leaves: 'retained',
  seenThrough: 'descriptor',
  seenIn: ['nodejs/node#32842'],
  hints: [
    'A download fails. At which line is the generator then?',
    '`finally` in a generator runs when it is finished or returned. Is it either?',
    'Call `return()` in a finally around the loop that steps it.',
  ],
  node: '>=22',
} satisfies Pattern;

function* downloads(lock: string, names: readonly string[]): Generator<Promise<string>> {
  const held = openSync(lock, 'w'); // LEAK: fd
  try {
    for (const name of names) yield download(name);
  } finally {
    closeSync(held);
  }
}

async function download(name: string): Promise<string> {
  if (name.endsWith('.tmp')) throw new Error(`${name} is gone`);
  return `${name}: 3 rows`;
}

async function importAll(work: Generator<Promise<string>>): Promise<readonly string[]> {
  const rows: string[] = [];
  for (let step = work.next(); !step.done; step = work.next()) rows.push(await step.value);
  return rows;
}

export async function run(lab: Lab): Promise<Outcome> {
  const lock = join(lab.scratch, 'import.lock');
  const whole = await importAll(downloads(lock, ['a.csv', 'b.csv']));
  const broken = await importAll(downloads(lock, ['a.csv', 'b.tmp', 'c.csv'])).catch(
    (error: Error) => error.message,
  );
  return { whole, broken };
}
