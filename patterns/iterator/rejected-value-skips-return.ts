/**
 * An importer reads a list of downloads from a generator, awaits each download, and stops at the first failure.
 *
 * **What leaks** The lock file that the generator holds open, each time a download fails.
 *
 * **Why it survives** The generator is stepped by hand. When a yielded promise rejects, the error leaves the loop and
 * bypasses the generator, which stays suspended at its `yield`; its `finally` never runs.
 *
 * **How it shows up** The next import reports that another one is running, and descriptors of failed imports pile up.
 *
 * **How to fix** Return the generator in a `finally`, as `for await` over it would.
 *
 * **When this is not a leak** When the generator holds nothing that needs closing.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Generator not returned after a rejection',
  stage: 'unit',
  grows: ['fds'],
  leaves: 'retained',
  seenThrough: 'descriptor',
  seenIn: ['nodejs/node#32842'],
  hints: [
    'A download fails. At which line does the generator stand then?',
    '`finally` in a generator runs when the generator ends or is returned. Does either happen?',
    'Call `return()` in a `finally` around the loop that steps the generator.',
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
