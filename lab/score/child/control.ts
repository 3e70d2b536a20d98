import type { Outcome } from '../../contract.ts';

/** Does nothing. What a detector reports of it is its own, and is subtracted from what it reports of programs. */
export async function run(): Promise<Outcome> {
  return {};
}
