/**
 * Tried: a `catch` around the import drops its rows and throws the error again.
 *
 * **Still leaks because** a `catch` that only throws again leaves the generator suspended at its `yield`.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
  try {
    for (let step = work.next(); !step.done; step = work.next()) rows.push(await step.value);
    return rows;
  } catch (error) {
    rows.length = 0; // TRIED: no row of a failed import is kept
    throw error;
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const lock = join(lab.scratch, 'import.lock');
  const whole = await importAll(downloads(lock, ['a.csv', 'b.csv']));
  const broken = await importAll(downloads(lock, ['a.csv', 'b.tmp', 'c.csv'])).catch(
    (error: Error) => error.message,
  );
  return { whole, broken };
}
