import type { Outcome } from '../../contract.ts';

/** Does nothing: a detector's findings on it are subtracted from those on programs. */
export async function run(): Promise<Outcome> {
  return {};
}
